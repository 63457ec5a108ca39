// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.util.Optional;

/**
 * A queue between the fibers of one run. In memory only; replay fills it again.
 *
 * @param <T> the type of what is sent
 */
public non-sealed interface Channel<T> extends Selectable<T> {

    /**
     * Sends; waits while the buffer is full. Without a buffer it waits until a receiver has taken the value.
     *
     * @param value not null
     * @throws ContextMisuseException if the channel is closed, also while waiting
     * @throws CancelledException if the run or branch was asked to stop
     */
    void send(T value);

    /**
     * Sends if that needs no waiting.
     *
     * @param value not null
     * @return whether it was sent
     * @throws ContextMisuseException if the channel is closed
     */
    boolean trySend(T value);

    /**
     * Receives; waits if there is nothing.
     *
     * @return the oldest value, or empty once the channel is closed and drained
     * @throws CancelledException if the run or branch was asked to stop
     */
    Optional<T> receive();

    /**
     * Receives if that needs no waiting.
     *
     * @return the oldest value, or empty
     */
    Optional<T> tryReceive();

    /** Ends sending. What is in the buffer can still be received. */
    void close();

    /**
     * Whether {@link #close} was called.
     *
     * @return true after it
     */
    boolean isClosed();
}
