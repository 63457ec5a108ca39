// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.store.NewMessage;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.SqlStore;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import dev.perdure.store.postgres.database.Database;
import dev.perdure.store.postgres.database.Lent;
import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/** Steps that are transactions. Safe for threads. */
final class Transactions {

    private final Database database;
    private final Blockers blockers;
    /** So that the bodies of transactions, which take as long as they like, leave the nodes' leases a connection. */
    private final Semaphore places;

    Transactions(Database database, Blockers blockers, int places) {
        this.database = database;
        this.blockers = blockers;
        this.places = new Semaphore(places, true);
    }

    Outcome transact(RunRow run, SqlStore.Work work) throws Exception {
        places.acquire();
        try {
            for (int tries = 1;; tries++) {
                try {
                    return once(run, work);
                } catch (Exception failed) {
                    if (tries == Database.MOST_TRIES || isDoubtful(failed) || !Lent.metAnother(failed)
                            || !work.isWanted()) {
                        throw failed;
                    }
                }
            }
        } finally {
            places.release();
        }
    }

    private static boolean isDoubtful(Exception failed) {
        return failed instanceof StoreException trouble && trouble.effect() == Effect.UNKNOWN;
    }

    private Outcome once(RunRow run, SqlStore.Work work) throws Exception {
        try (Lent lent = Lent.by(database)) {
            NewMessage message = run(work, lent);
            boolean isNew = lent.within(session -> new Inbox(session).deliver(run.chain(), List.of(message)));
            if (!isNew) {
                return new Outcome(Kind.DUPLICATE, run);
            }
            if (!work.isWanted() || !lent.within(session -> holdsFence(session, run))) {
                return new Outcome(Kind.REFUSED, null);
            }
            lent.commit();
            return new Outcome(Kind.DONE, run);
        }
    }

    private static NewMessage run(SqlStore.Work work, Lent lent) throws Exception {
        try {
            return work.run(lent.connection(), lent::abort);
        } catch (Exception failed) {
            throw lent.wasCut(failed);
        }
    }

    /** Whoever ends the node from now on waits for the commit. */
    private static boolean holdsFence(Session session, RunRow run) throws SQLException {
        return session.sql("fence.hold_for").with(run.owner()).with(run.incarnation()).any();
    }

    /** Tries to write the same and takes it back: if nobody has, nobody is about to either. */
    boolean hasLanded(UUID chain, String messageId) {
        return database.tried(session -> blockers.outwait(session, "a transaction of a run",
                waiting -> waiting.sql("sent.insert").with(chain).with(messageId).update() == 0));
    }
}
