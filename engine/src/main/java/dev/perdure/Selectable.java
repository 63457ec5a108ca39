// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/**
 * Something a workflow can wait for beside other things, with {@link WorkflowContext#select}: a promise, a timer,
 * signals of a name, a channel.
 *
 * @param <T> the type of what it yields
 */
public sealed interface Selectable<T> permits Promise, Signals, Channel {

    /**
     * Whether it could be taken now without waiting. Taking no position in the journal.
     *
     * @return true if a select over it would return at once
     */
    boolean isReady();
}
