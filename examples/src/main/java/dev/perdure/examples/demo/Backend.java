// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import dev.perdure.engine.Client;
import dev.perdure.examples.demo.shop.Database;
import dev.perdure.examples.demo.shop.WorkDirectory;
import dev.perdure.postgres.server.PostgresServer;
import dev.perdure.store.Store;
import java.io.UncheckedIOException;

/** What the orders are kept in: how many nodes can share it, how it comes and goes, and how the demo presents it. */
enum Backend {

    /** A file in the work directory. */
    SQLITE(1, 1, "the database file") {
        @Override
        Site open(WorkDirectory directory, Screen screen) {
            return new Site(new Database(directory.database().toString()), () -> { });
        }

        @Override
        String headline(int nodes, int kills) {
            return "and a process that is killed " + kills + " times while it works on them";
        }

        @Override
        String cast(int nodes) {
            return """
                      node        runs the checkout of every order: reserve, charge, wait for the
                                  warehouse, pause, ship, receipt; or refund and release
                    """;
        }

        @Override
        String stage(int nodes) {
            return "Three processes beside this one, and one SQLite file.";
        }
    },

    /** A real server of the demo's own, with fsync on, on a port of loopback; it ends with this process. */
    POSTGRES(3, 9, "the database") {
        @Override
        Site open(WorkDirectory directory, Screen screen) throws DemoFailure {
            screen.say("Starting PostgreSQL, and then the processes.\n");
            try {
                PostgresServer server = PostgresServer.start();
                return new Site(new Database(server.jdbcUrl()), server::close);
            } catch (IllegalStateException | UncheckedIOException refused) {
                throw new DemoFailure("PostgreSQL cannot be started here: " + refused.getMessage());
            }
        }

        @Override
        String headline(int nodes, int kills) {
            return "shared by " + counted(nodes) + " on one PostgreSQL; " + kills + " times a node is killed";
        }

        @Override
        String cast(int nodes) {
            return String.format("""
                      %-10s  run the checkouts of all orders: reserve, charge, wait for the
                                  warehouse, pause, ship, receipt; or refund and release
                    """, counted(nodes));
        }

        @Override
        String stage(int nodes) {
            return String.format("""
                    %d processes beside this one, and a PostgreSQL of the demo's own, with fsync on.
                    The lease is %d s: who has been silent for so long is dead, and others take over.""",
                    nodes + 2, Database.LEASE.toSeconds());
        }

        private static String counted(int nodes) {
            return nodes == 1 ? "1 node" : nodes + " nodes";
        }
    };

    private final int usualNodes;
    private final int mostNodes;
    private final String medium;

    Backend(int usualNodes, int mostNodes, String medium) {
        this.usualNodes = usualNodes;
        this.mostNodes = mostNodes;
        this.medium = medium;
    }

    /** How many nodes there are unless the user wants another number. */
    int usualNodes() {
        return usualNodes;
    }

    /** How many can share it; of a server, how many a small machine can bear. */
    int mostNodes() {
        return mostNodes;
    }

    /** Lays it out, empty; tells if that takes time. */
    abstract Site open(WorkDirectory directory, Screen screen) throws DemoFailure;

    /** Who works on the orders, and how often that is interrupted: the end of a sentence. */
    abstract String headline(int nodes, int kills);

    /** What the nodes do, as lines of the list of roles. */
    abstract String cast(int nodes);

    /** What signals go through. */
    String medium() {
        return medium;
    }

    /** What there is besides: processes and database. */
    abstract String stage(int nodes);

    /** A database that is there, and this process's own way to it. */
    static final class Site implements AutoCloseable {

        private final Database database;
        private final Runnable whenClosed;
        private final Store store;
        private final Client client;

        private Site(Database database, Runnable whenClosed) {
            this.database = database;
            this.whenClosed = whenClosed;
            try {
                this.store = database.open();
                this.client = Client.connect(store);
            } catch (RuntimeException failed) {
                whenClosed.run();
                throw failed;
            }
        }

        /** How other processes open it. */
        Database database() {
            return database;
        }

        Client client() {
            return client;
        }

        /** Whether the orders of a node that is dead go to others, without it being started again. */
        boolean hasTakeOvers() {
            return !store.lease().isZero();
        }

        @Override
        public void close() {
            try {
                client.close();
                store.close();
            } finally {
                whenClosed.run();
            }
        }
    }
}
