// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Queue;

/**
 * A queue as it stands.
 *
 * @param queue its limits
 * @param waiting how many runs are due and have not begun
 * @param running how many of its runs nodes have
 * @param oldest since when the one that has waited longest is due, in milliseconds since 1970, or
 *     {@link Long#MAX_VALUE} if none waits
 */
public record QueueView(Queue queue, long waiting, long running, long oldest) {
}
