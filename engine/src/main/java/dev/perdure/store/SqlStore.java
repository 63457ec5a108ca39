// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import java.sql.Connection;
import java.util.UUID;

/**
 * A store that keeps its rows in an SQL database where its users have tables, too: starts and messages can be part of a
 * transaction of theirs, and steps of runs can be transactions themselves.
 *
 * <p>{@link #start} and {@link #send} answer exactly as {@link Store#write} does, but what they do belongs to the
 * transaction in which the connection is: nobody else sees it before the commit, and a roll-back takes it back. After
 * the commit it is noticed as soon as a write of another process is. They leave the connection as it is, neither commit
 * nor roll back, and set nothing that outlives the call: no isolation level, search path, time-out or lock of the
 * session.
 *
 * <p>They insert, and never change or lock a row of a run that lives, where the database can write more than one
 * transaction at a time: so a transaction that stays open keeps nobody waiting but those who start a run of the same
 * name, or send a message with the same id to the same run.
 *
 * <p>They throw {@link dev.perdure.InvalidArgumentException} if the connection is closed, in auto-commit mode or to
 * another database than the store's, before anything is written; and {@link StoreException} if the database could not
 * do it, which is {@link StoreException.Effect#NOTHING_RETRY} if the whole transaction, rolled back and done again, may
 * succeed. The connection is used by the calling thread alone.
 */
public interface SqlStore extends Store {

    /**
     * Starts a run within a transaction of the caller's.
     *
     * @param connection open, and not in auto-commit mode
     * @param start as in {@link Store#write}
     * @return its outcome, as the transaction sees it
     */
    Outcome start(Connection connection, Write.Start start);

    /**
     * Sends a message within a transaction of the caller's.
     *
     * @param connection open, and not in auto-commit mode
     * @param send as in {@link Store#write}
     * @return its outcome, as the transaction sees it
     */
    Outcome send(Connection connection, Write.Send send);

    /**
     * Makes a fact known within a transaction of the caller's. Whoever makes one of the same name known meanwhile waits
     * until that ends; whoever waits for it is not kept waiting by it.
     *
     * @param connection open, and not in auto-commit mode
     * @param emit as in {@link Store#write}
     * @return its outcome, as the transaction sees it
     */
    Outcome emit(Connection connection, Write.Emit emit);

    /**
     * Does a piece of work in a transaction of its own, and delivers the message it returns to the inbox of the run, as
     * part of that transaction. The right of the run's owner to do so is checked last before the commit, and holds
     * until the commit, so that nothing lands of a node that has been ended. Work that met another transaction (a
     * serialization failure, a deadlock) is rolled back and done again, a few times.
     *
     * <p>When this throws, nothing was written and nothing of it will ever be, unless it is a {@link StoreException} of
     * effect {@code UNKNOWN}, which only {@link #hasLanded} can resolve.
     *
     * @param run as its owner knows it
     * @param work what to do
     * @return {@code DONE}; {@code DUPLICATE} if the chain was sent the message before, {@code REFUSED} if the run is
     *     not that node's any more or the work is no longer {@linkplain Work#isWanted wanted}: nothing was written then
     * @throws StoreException if the database could not do it
     * @throws Exception what the work threw, as it was thrown
     */
    Outcome transact(RunRow run, Work work) throws Exception;

    /**
     * Whether a message has landed that only {@link #transact} sends. Waits for a transaction that is about to send it,
     * so that the answer is final for everything whose work had come to an end before this was asked.
     *
     * @param chain the run's chain
     * @param messageId the message's id
     * @return whether the chain was ever sent it
     */
    boolean hasLanded(UUID chain, String messageId);

    /** Work to be done in a transaction. */
    interface Work {

        /**
         * Does it, on the calling thread.
         *
         * @param connection in a transaction that has begun; must be neither ended nor closed
         * @param abort ends the transaction without a commit, and the connection with it, by any thread and at any
         *     time; does nothing once the transaction is over
         * @return a message that tells of it
         * @throws Exception to roll back
         */
        NewMessage run(Connection connection, Runnable abort) throws Exception;

        /**
         * Asked when the message is written, and nothing but the commit is left to do.
         *
         * @return false to roll back
         */
        boolean isWanted();
    }
}
