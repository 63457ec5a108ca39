// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;

/**
 * What telemetry may hear of. Every method does nothing unless overridden.
 *
 * <p>Silent on replay: each is told once, when it really happens. Called on the engine's own threads, so be quick; what
 * an observer throws is logged and otherwise ignored.
 */
public interface EngineObserver {

    /** Hears nothing. */
    EngineObserver NONE = new EngineObserver() {
    };

    /**
     * A run has become durable here.
     *
     * @param workflow the workflow's name
     * @param runId the run
     */
    default void runStarted(String workflow, String runId) {
    }

    /**
     * A run has been brought back into memory from its journal.
     *
     * @param workflow the workflow's name
     * @param runId the run
     * @param entries how many entries were replayed
     */
    default void runReplayed(String workflow, String runId, long entries) {
    }

    /**
     * A run's end has become durable.
     *
     * @param workflow the workflow's name
     * @param runId the run
     * @param status how it ended
     */
    default void runFinished(String workflow, String runId, RunStatus status) {
    }

    /**
     * The engine refuses to go on with a run.
     *
     * @param workflow the workflow's name
     * @param runId the run
     * @param report what it found, and the remedy
     */
    default void runStuck(String workflow, String runId, String report) {
    }

    /**
     * A run has left memory.
     *
     * @param workflow the workflow's name
     * @param runId the run
     */
    default void runEvicted(String workflow, String runId) {
    }

    /**
     * An attempt of a step begins.
     *
     * @param runId the run
     * @param step the step's name
     * @param attempt from 1
     */
    default void stepStarted(String runId, String step, int attempt) {
    }

    /**
     * An attempt of a step has ended.
     *
     * @param runId the run
     * @param step the step's name
     * @param attempt from 1
     * @param took how long the body ran
     * @param failed whether it threw or timed out
     */
    default void stepEnded(String runId, String step, int attempt, Duration took, boolean failed) {
    }

    /**
     * A batch of commits has become durable.
     *
     * @param commits how many commits were written together
     * @param took how long the store needed
     */
    default void batchCommitted(int commits, Duration took) {
    }

    /**
     * The store does not answer; the engine waits and tries again.
     *
     * @param message what the store said
     */
    default void storeUnavailable(String message) {
    }

    /** The store answers again. */
    default void storeAvailable() {
    }

    /**
     * A fiber has been moving for too long without asking anything: it blocks or spins outside a step.
     *
     * @param runId the run
     * @param fiber the fiber's path
     * @param since for how long
     */
    default void fiberBlocked(String runId, String fiber, Duration since) {
    }
}
