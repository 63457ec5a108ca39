// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.EngineObserver;
import dev.perdure.RunStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what the engine tells its observer, a sentence each. */
final class Ear implements EngineObserver {

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Bell bell;

    Ear(Bell bell) {
        this.bell = bell;
    }

    /** Everything but batches, in order. */
    List<String> heard() {
        return heard;
    }

    List<String> heardOf(String word) {
        return heard.stream().filter(each -> each.contains(word)).toList();
    }

    int count(String word) {
        return heardOf(word).size();
    }

    private void hear(String sentence) {
        heard.add(sentence);
        bell.ring();
    }

    @Override
    public void runStarted(String workflow, String runId) {
        hear("started " + runId);
    }

    @Override
    public void runReplayed(String workflow, String runId, long entries) {
        hear("replayed " + runId + " " + entries);
    }

    @Override
    public void runFinished(String workflow, String runId, RunStatus status) {
        hear("finished " + runId + " " + status);
    }

    @Override
    public void runStuck(String workflow, String runId, String report) {
        hear("stuck " + runId);
    }

    @Override
    public void runEvicted(String workflow, String runId) {
        hear("evicted " + runId);
    }

    @Override
    public void stepStarted(String runId, String step, int attempt) {
        hear("step " + runId + " " + step + " " + attempt);
    }

    @Override
    public void stepEnded(String runId, String step, int attempt, Duration took, boolean failed) {
        hear("stepped " + runId + " " + step + " " + attempt + (failed ? " failed" : ""));
    }

    @Override
    public void batchCommitted(int commits, Duration took) {
        bell.ring();
    }

    @Override
    public void storeUnavailable(String message) {
        hear("store away");
    }

    @Override
    public void storeAvailable() {
        hear("store back");
    }

    @Override
    public void fiberBlocked(String runId, String fiber, Duration since) {
        hear("blocked " + fiber);
    }
}
