// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * Which tables there are. A database says in {@code user_version} which version of the schema it has; a file
 * {@code schema/V<n>.sql} leads from version n - 1 to n.
 */
final class Schema {

    /** The newest version, which this build writes. */
    static final int VERSION = 1;

    private Schema() {
    }

    /**
     * Whether the database has to be brought to {@link #VERSION}. Looks, and changes nothing.
     *
     * @throws StoreException if the database is of a newer version, or not ours
     */
    static boolean isBehind(Session session, Path file) throws SQLException {
        String[] state = session.ask(Sql.text("schema.state")).split(" ");
        int version = Integer.parseInt(state[0]);
        if (version > VERSION) {
            throw new StoreException("store_newer", "the database " + file + " has version " + version
                    + " of the schema, this build of Perdure knows versions up to " + VERSION
                    + ". Use the Perdure that wrote it, or a newer one", Effect.NOTHING_REFUSED, null);
        }
        if (version == 0 && !state[1].equals("0")) {
            throw new StoreException("store_foreign", "the database " + file + " holds " + state[1]
                    + " tables and indexes of another program. Give Perdure a file of its own", Effect.NOTHING_REFUSED,
                    null);
        }
        return version < VERSION;
    }

    /** Brings the database up to date, unless another process has done so since; the caller rolls back what fails. */
    static void migrate(Session session, Path file) throws SQLException {
        session.sql("begin").update();
        if (isBehind(session, file)) {
            int version = Integer.parseInt(session.ask("PRAGMA user_version"));
            for (int next = version + 1; next <= VERSION; next++) {
                for (String statement : Sql.file("schema/V" + next + ".sql").split(";\\s*\n")) {
                    session.run(statement);
                }
            }
            session.run("PRAGMA user_version = " + VERSION);
        }
        session.sql("commit").update();
    }
}
