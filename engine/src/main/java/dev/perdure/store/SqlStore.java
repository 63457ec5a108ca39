// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import java.sql.Connection;

/**
 * A store that keeps its rows in an SQL database where its users have tables, too: starts and messages can be part of a
 * transaction of theirs.
 *
 * <p>Both methods answer exactly as {@link Store#write} does, but what they do belongs to the transaction in which the
 * connection is: nobody else sees it before the commit, and a roll-back takes it back. After the commit it is noticed
 * as soon as a write of another process is. They leave the connection as it is, neither commit nor roll back, and set
 * nothing that outlives the call: no isolation level, search path, time-out or lock of the session.
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
}
