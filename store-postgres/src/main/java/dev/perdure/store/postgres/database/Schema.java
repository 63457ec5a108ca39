// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import dev.perdure.store.StoreException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Brings a schema to the version of this code. Versions are applied one by one, each as a whole. */
public final class Schema {

    /** The newest version, and that of this code. */
    public static final int VERSION = 1;

    private Schema() {
    }

    /**
     * What {@link #migrate} carries out in an empty database, for those who do it by hand.
     *
     * @param schema the schema's name
     * @return statements, each ended by a semicolon
     */
    public static String ddl(String schema) {
        Sql sql = new Sql(schema);
        return sql.text("schema.create") + ";\n" + sql.text("migrations.create") + ";\n\n"
                + IntStream.rangeClosed(1, VERSION).mapToObj(version -> sql.definition(version)
                        + sql.text("migration.insert").replace("?", String.valueOf(version)) + ";\n")
                .collect(Collectors.joining("\n"));
    }

    /**
     * Makes what is missing. Safe when several processes do so at once: the first one does it, the others wait.
     *
     * @throws StoreException if a newer version of Perdure has been here, or the database says no
     */
    public static void migrate(Database database) {
        Sql sql = database.sql();
        if (present(database) == VERSION) {
            return;
        }
        database.transaction(session -> {
            session.sql("migrations.lock").with(database.schema()).any();
            session.run(sql.text("schema.create"));
            session.run(sql.text("migrations.create"));
            Integer last = session.sql("migrations.last").first(row -> row.getInt(1));
            for (int version = (last == null ? 0 : last) + 1; version <= VERSION; version++) {
                session.run(sql.definition(version));
                session.sql("migration.insert").with(version).update();
            }
            return null;
        });
        int reached = present(database);
        if (reached > VERSION) {
            throw new StoreException("store_too_new", "schema '" + database.schema() + "' has version " + reached
                    + ", and this Perdure knows " + VERSION + ". Use the newer Perdure that has migrated it",
                    StoreException.Effect.NOTHING_REFUSED, null);
        }
    }

    /** The version that is there; 0 for none. */
    private static int present(Database database) {
        return database.read(session -> {
            boolean none = !session.sql("migrations.exist").with(database.schema()).any();
            Integer last = none ? null : session.sql("migrations.last").first(row -> row.getInt(1));
            return last == null ? 0 : last;
        });
    }
}
