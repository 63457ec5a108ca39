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
 * @param transactions how many steps may be transactions at a time, each on a connection of its own; 1 or more. Others
 *     wait for their turn
 */
public record PostgresOptions(String schema, Duration lease, boolean notifications, int transactions) {

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
        if (transactions < 1) {
            throw new InvalidArgumentException("there can be " + transactions + " transactions at a time, but there "
                    + "must be 1 or more");
        }
    }

    /**
     * Good for most.
     *
     * @return schema {@code perdure}, a lease of 5 seconds, notifications on, 5 transactions at a time
     */
    public static PostgresOptions defaults() {
        return new PostgresOptions(SCHEMA, Duration.ofSeconds(5), true, 5);
    }

    /**
     * The same with another schema.
     *
     * @param name its name
     * @return a copy
     */
    public PostgresOptions schema(String name) {
        return new PostgresOptions(name, lease, notifications, transactions);
    }

    /**
     * The same with another lease.
     *
     * @param length from 1 second to 10 minutes
     * @return a copy
     */
    public PostgresOptions lease(Duration length) {
        return new PostgresOptions(schema, length, notifications, transactions);
    }

    /**
     * The same with notifications or without.
     *
     * @param on whether nodes tell each other of work
     * @return a copy
     */
    public PostgresOptions notifications(boolean on) {
        return new PostgresOptions(schema, lease, on, transactions);
    }

    /**
     * The same with room for more transactions, or for fewer.
     *
     * @param most how many at a time; 1 or more
     * @return a copy
     */
    public PostgresOptions transactions(int most) {
        return new PostgresOptions(schema, lease, notifications, most);
    }
}
