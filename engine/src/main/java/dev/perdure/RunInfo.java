// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Who am I: what a workflow may know about its own run. The same on replay.
 *
 * @param runId the name of the run
 * @param incarnation this life under that name; changes with restart and continue-as-new
 * @param workflow the name of the workflow
 * @param startedAt when the first turn was taken, logical time
 * @param headers what the starter sent along
 * @param journalSize how many entries the journal has up to this turn
 */
public record RunInfo(String runId, UUID incarnation, String workflow, Instant startedAt, Map<String, String> headers,
        long journalSize) {
}
