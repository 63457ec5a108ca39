// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Failure;
import dev.perdure.journal.Position;

/**
 * How far an open step has come. Overwritten by the next attempt; only the outcome is journaled.
 *
 * @param at the step's position
 * @param step the step's name
 * @param made how many attempts have failed
 * @param firstAt when the first was due, in milliseconds since 1970
 * @param nextAt when the next is due, in milliseconds since 1970
 * @param failure what the last one threw
 */
public record Attempt(Position at, String step, int made, long firstAt, long nextAt, Failure failure) {
}
