// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.EngineObserver;
import dev.perdure.Payloads;
import dev.perdure.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an engine is set.
 *
 * @param payloads how values are written and read
 * @param observer telemetry
 * @param retry for steps that do not say
 * @param retryByWorkflow for steps that do not say, by workflow; before {@code retry}
 * @param timeout for steps that do not say, or null
 * @param maxActive how many runs think or have steps under way at once
 * @param maxActiveByWorkflow the same for single workflows
 * @param cacheSize how many suspended runs stay in memory
 * @param journalWarning the entries after which a run is warned about
 * @param journalLimit the entries after which a run is stuck
 * @param recoveryLimit how often a run may lose its node without moving before it is stuck
 * @param watchdog how long a fiber may move before it is warned about
 */
public record Settings(Payloads payloads, EngineObserver observer, RetryPolicy retry,
        Map<String, RetryPolicy> retryByWorkflow, @Nullable Duration timeout, int maxActive,
        Map<String, Integer> maxActiveByWorkflow, int cacheSize, long journalWarning, long journalLimit,
        int recoveryLimit, Duration watchdog) {

    /** The policy of a step that does not say. */
    RetryPolicy retryOf(String workflow, boolean atMostOnce) {
        if (atMostOnce) {
            return RetryPolicy.none();
        }
        return retryByWorkflow.isEmpty() ? retry : retryByWorkflow.getOrDefault(workflow, retry);
    }
}
