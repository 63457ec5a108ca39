// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Instant;

/**
 * A durable wake-up: a promise of the time at which it fired. {@link #cancel} tells whether it was in time; a cancelled
 * timer throws {@link CancelledException} to whoever waits for it.
 */
public interface Timer extends Promise<Instant> {

    /**
     * When it is due.
     *
     * @return logical time; it fires then or as soon after as a node is there
     */
    Instant deadline();
}
