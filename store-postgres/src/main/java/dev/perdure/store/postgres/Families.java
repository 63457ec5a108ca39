// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.store.ChildEnd;
import dev.perdure.store.NewMessage;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.Parent;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import dev.perdure.store.postgres.database.Cells;
import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Parents and children: tells the one of the end of the other. Inserts into inboxes and touches no run. */
final class Families {

    /**
     * A run that has finished.
     *
     * @param incarnation which
     * @param chain its chain
     * @param state how it stands
     * @param value what those who wait for it are told
     */
    record Ended(UUID incarnation, UUID chain, RunState state, Payload value) {

        static Ended terminated(RunRow run, NewMessage order) {
            return new Ended(run.incarnation(), run.chain(), new RunState(RunStatus.TERMINATED, Long.MAX_VALUE, "",
                    order.sentence(), 0, true, order.sentAt()),
                    ChildEnd.terminated(order.sentence()));
        }

        boolean isTold() {
            return state.status() != RunStatus.CONTINUED;
        }
    }

    /** Who waits for a chain; or, with the incarnation that has ended, which chain it leaves behind. */
    private record Tie(Parent parent, UUID child, boolean own, @Nullable UUID left) {
    }

    private record Locked(UUID incarnation, boolean finished) {
    }

    private final Session session;
    private boolean told;
    private final Map<UUID, Set<UUID>> joiners = new HashMap<>(0);

    Families(Session session) {
        this.session = session;
    }

    boolean hasTold() {
        return told;
    }

    /** The chains that have joined a run, and have been told that it has ended. */
    Set<UUID> joinersOf(UUID incarnation) {
        return joiners.getOrDefault(incarnation, Set.of());
    }

    /** All but the child, which comes before. */
    static <C extends Cells> C tie(C cells, Parent parent) throws SQLException {
        cells.with(parent.incarnation()).with(parent.at().fiber()).with(parent.at().index())
                .with(parent.chain()).with(parent.runId()).with(parent.close().name());
        return cells;
    }

    Outcome watch(Write.Watch watch) throws SQLException {
        Locked found = tie(session.sql("family.watch").with(watch.runId()), watch.watcher())
                .first(row -> new Locked(Rows.id(row, 1), RunStatus.valueOf(row.getString(2)).isFinished()));
        if (found == null) {
            return new Outcome(Kind.NOT_FOUND, null);
        }
        RunRow run = session.sql("run.by_incarnation").with(found.incarnation()).first(Rows::run);
        return new Outcome(found.finished() ? Kind.FINISHED : Kind.DONE, run);
    }

    /** Tells those who wait for some runs, and their children. */
    void ended(List<Ended> all) throws SQLException {
        if (all.isEmpty()) {
            return;
        }
        Map<UUID, Ended> byChain = new HashMap<>();
        Map<UUID, Ended> byIncarnation = new HashMap<>();
        for (Ended each : all) {
            byIncarnation.put(each.incarnation(), each);
            if (each.isTold()) {
                byChain.put(each.chain(), each);
            }
        }
        List<Write.Told> messages = new ArrayList<>();
        for (Tie tie : session.sql("family.concerned").with("uuid", byChain.keySet())
                .with("uuid", byIncarnation.keySet())
                .all(row -> new Tie(Rows.parent(row, 1), Rows.id(row, 7), row.getBoolean(8), Rows.idOrNull(row, 9)))) {
            if (tie.left() == null) {
                Ended end = byChain.get(tie.child());
                if (!tie.own()) {
                    joiners.computeIfAbsent(end.incarnation(), any -> new HashSet<>()).add(tie.parent().chain());
                }
                messages.add(new Write.Told(tie.parent().chain(), tie.parent().told(end.chain(), end.state().status(),
                        end.value(), end.state().at())));
            } else {
                messages.add(new Write.Told(tie.child(),
                        tie.parent().closes(byIncarnation.get(tie.left()).state().at())));
            }
        }
        tell(messages);
    }

    /** Delivers the signals of runs to others, and tells the senders what has become of them. */
    void signal(List<Write.Signalled> signals) throws SQLException {
        if (signals.isEmpty()) {
            return;
        }
        Map<String, RunRow> found = new HashMap<>();
        session.sql("run.by_names").with("text", signals.stream().map(Write.Signalled::runId).distinct().toList())
                .all(Rows::run).forEach(run -> found.put(run.runId(), run));
        List<Write.Told> messages = new ArrayList<>();
        for (Write.Signalled signal : signals) {
            RunRow run = found.get(signal.runId());
            if (run != null && !run.status().isFinished()) {
                messages.add(new Write.Told(run.chain(), signal.message()));
            }
            messages.add(new Write.Told(signal.sender().chain(), signal.sender().signalled(
                    run == null ? null : run.status(), signal.message().sentAt())));
        }
        tell(messages);
    }

    /** Sends messages to those chains that go on. */
    void tell(List<Write.Told> messages) throws SQLException {
        if (messages.isEmpty()) {
            return;
        }
        told = true;
        session.sql("message.tell").with("uuid", column(messages, Write.Told::chain))
                .with("text", contents(messages, NewMessage::id))
                .with("text", contents(messages, message -> message.kind().name()))
                .with("text", contents(messages, NewMessage::name))
                .with("text", contents(messages, message -> message.value().codec()))
                .with("bytea", contents(messages, message -> message.value().bytes()))
                .with("text", contents(messages, NewMessage::sender))
                .with("bigint", contents(messages, NewMessage::sentAt)).update();
    }

    private static List<Object> contents(List<Write.Told> messages, Function<NewMessage, Object> cell) {
        return column(messages, each -> cell.apply(each.message()));
    }

    private static List<Object> column(List<Write.Told> messages, Function<Write.Told, Object> cell) {
        List<Object> column = new ArrayList<>(messages.size());
        messages.forEach(each -> column.add(cell.apply(each)));
        return column;
    }
}
