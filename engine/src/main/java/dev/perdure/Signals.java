// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import java.util.Optional;

/**
 * The messages of one name that a run receives, in the order in which it heard them. Each is received once; several
 * waiting fibers are served in the order in which they began to wait.
 *
 * @param <T> the type of a message
 */
public non-sealed interface Signals<T> extends Selectable<T> {

    /**
     * Takes the next message; waits for it if there is none, for years if need be, without a thread.
     *
     * @return the message
     * @throws CancelledException if the run or branch was asked to stop
     */
    T receive();

    /**
     * Takes the next message, or gives up. The time-out is durable: once given up, it is given up on every replay.
     *
     * @param timeout zero or more
     * @return the message, or empty
     * @throws CancelledException if the run or branch was asked to stop
     */
    Optional<T> receive(Duration timeout);

    /**
     * Takes the next message if there is one.
     *
     * @return the message, or empty
     */
    Optional<T> tryReceive();
}
