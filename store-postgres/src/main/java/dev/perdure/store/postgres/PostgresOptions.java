// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.Durations;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Names;
import java.time.Duration;

/**
 * How a store uses a database. Made by {@link #defaults}, changed by the methods of a part's name.
 *
 * @param schema the schema with all tables; two names in one database have nothing to do with each other
 * @param lease how long a node may be silent before others take its runs over; from 1 second to 10 minutes. A process
 *     that stands still for longer (a pause of the machine, say) loses its runs to others and goes on as a new node
 * @param notifications whether nodes tell each other of work by NOTIFY, which takes a connection per process. Without
 *     it, as behind a pooler that gives each transaction another connection, they notice within a second
 */
public record PostgresOptions(String schema, Duration lease, boolean notifications) {

    /** The schema if no other is named. */
    public static final String SCHEMA = "perdure";

    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
    private static final Duration LONGEST_LEASE = Duration.ofMinutes(10);

    /** Checks. */
    public PostgresOptions {
        Names.check("schema", schema);
        Durations.notNegative("the lease", lease);
        if (lease.compareTo(SHORTEST_LEASE) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new InvalidArgumentException("the lease is " + lease + ", but must be from " + SHORTEST_LEASE + " to "
                    + LONGEST_LEASE);
        }
    }

    /**
     * Good for most.
     *
     * @return schema {@code perdure}, a lease of 5 seconds, notifications on
     */
    public static PostgresOptions defaults() {
        return new PostgresOptions(SCHEMA, Duration.ofSeconds(5), true);
    }

    /**
     * The same with another schema.
     *
     * @param name its name
     * @return a copy
     */
    public PostgresOptions schema(String name) {
        return new PostgresOptions(name, lease, notifications);
    }

    /**
     * The same with another lease.
     *
     * @param length from 1 second to 10 minutes
     * @return a copy
     */
    public PostgresOptions lease(Duration length) {
        return new PostgresOptions(schema, length, notifications);
    }

    /**
     * The same with notifications or without.
     *
     * @param on whether nodes tell each other of work
     * @return a copy
     */
    public PostgresOptions notifications(boolean on) {
        return new PostgresOptions(schema, lease, on);
    }
}
