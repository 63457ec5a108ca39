// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.proof.chaos.deeds.Queries;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What befell whom and when, by the machine's clock, which is also the database's. Safe for all threads. */
final class FaultLog {

    /** Of all processes. */
    static final String ALL = "";

    /** What can befall a process, or all. */
    enum Kind {
        /** Nothing: how long a process was there. */
        LIFE,
        /** SIGKILL. */
        KILL,
        /** None either: SIGTERM, after which a process closes its engine in good order and ends. */
        CLOSE,
        /** SIGSTOP for longer than the lease, anywhere. */
        PAUSE,
        /** The same while the node held its fence, in the middle of a transaction. */
        PAUSE_IN_BATCH,
        /** All connections broken, and none allowed for a while. */
        CUT,
        /** Every packet comes late. */
        DELAY,
        /** PostgreSQL stopped in immediate mode and started again. */
        RESTART,
        /** The database out of reach of all nodes for longer than the lease. */
        OUTAGE
    }

    private record Fault(String process, Kind kind, long began, long ended) {
    }

    private final ConcurrentLinkedQueue<Fault> faults = new ConcurrentLinkedQueue<>();

    void add(String process, Kind kind, long began, long ended) {
        faults.add(new Fault(process, kind, began, ended));
    }

    long count(Kind... kinds) {
        return faults.stream().filter(fault -> List.of(kinds).contains(fault.kind)).count();
    }

    /** Puts it beside the database's own notes. */
    void write(Queries queries) throws SQLException {
        try (Connection connection = queries.connect();
                PreparedStatement statement = connection.prepareStatement(queries.text("fault"))) {
            for (Fault fault : faults) {
                statement.setString(1, fault.process);
                statement.setString(2, fault.kind.name());
                statement.setLong(3, fault.began);
                statement.setLong(4, fault.ended);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
