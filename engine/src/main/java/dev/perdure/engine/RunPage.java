// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A part of a list of runs.
 *
 * @param runs newest first
 * @param next where the next page begins, or empty after the last
 */
public record RunPage(List<RunView> runs, Optional<UUID> next) {
}
