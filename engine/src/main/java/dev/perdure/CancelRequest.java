// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Instant;

/**
 * Somebody asked a run to stop.
 *
 * @param reason why
 * @param by who asked: a user, a process, a limit
 * @param at when the run heard of it, logical time
 */
public record CancelRequest(String reason, String by, Instant at) {
}
