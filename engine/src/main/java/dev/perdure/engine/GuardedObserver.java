// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.EngineObserver;
import dev.perdure.RunStatus;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the engine safe from an observer that throws. */
final class GuardedObserver implements EngineObserver {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedObserver.class);

    private final EngineObserver observer;

    GuardedObserver(EngineObserver observer) {
        this.observer = observer;
    }

    private static void guard(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error failure) {
            LOG.error("an observer failed; the engine goes on without it having heard", failure);
        }
    }

    @Override
    public void runStarted(String workflow, String runId) {
        guard(() -> observer.runStarted(workflow, runId));
    }

    @Override
    public void runReplayed(String workflow, String runId, long entries) {
        guard(() -> observer.runReplayed(workflow, runId, entries));
    }

    @Override
    public void runFinished(String workflow, String runId, RunStatus status) {
        guard(() -> observer.runFinished(workflow, runId, status));
    }

    @Override
    public void runStuck(String workflow, String runId, String report) {
        guard(() -> observer.runStuck(workflow, runId, report));
    }

    @Override
    public void runEvicted(String workflow, String runId) {
        guard(() -> observer.runEvicted(workflow, runId));
    }

    @Override
    public void stepStarted(String runId, String step, int attempt) {
        guard(() -> observer.stepStarted(runId, step, attempt));
    }

    @Override
    public void stepEnded(String runId, String step, int attempt, Duration took, boolean failed) {
        guard(() -> observer.stepEnded(runId, step, attempt, took, failed));
    }

    @Override
    public void batchCommitted(int commits, Duration took) {
        guard(() -> observer.batchCommitted(commits, took));
    }

    @Override
    public void storeUnavailable(String message) {
        guard(() -> observer.storeUnavailable(message));
    }

    @Override
    public void storeAvailable() {
        guard(observer::storeAvailable);
    }

    @Override
    public void fiberBlocked(String runId, String fiber, Duration since) {
        guard(() -> observer.fiberBlocked(runId, fiber, since));
    }
}
