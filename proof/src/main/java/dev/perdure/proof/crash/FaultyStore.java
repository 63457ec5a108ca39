// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.Payload;
import dev.perdure.journal.Unit;
import dev.perdure.proof.world.OneThread;
import dev.perdure.store.NewMessage;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunRow;
import dev.perdure.store.SqlStore;
import dev.perdure.store.Write;
import java.sql.Connection;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import picocli.CommandLine.ITypeConverter;

/** Stands between a sound engine and a sound store, and makes of both an unsound one. */
final class FaultyStore extends NumberedStore {

    /** Deliberate faults, which the campaign must find: they are how one knows that it looks. */
    enum Fault {
        /** None. */
        NONE,
        /** Effects are released before the commit that they wait for has returned. */
        EFFECTS_EARLY,
        /** A message leaves the inbox before the commit of the turn that heard it. */
        SIGNAL_EARLY,
        /** A step's entry is written before its effect has happened. */
        ENTRY_EARLY,
        /** What a transaction of a run has done is committed before its answer is. */
        ROWS_EARLY;

        /** For the command line. */
        static final class FromText implements ITypeConverter<Fault> {
            @Override
            public Fault convert(String text) {
                return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
            }
        }
    }

    private final Fault fault;
    private final OneThread world;
    private final Effects effects;

    /** What was answered and has not been written. */
    private final ArrayDeque<List<? extends Write>> owed = new ArrayDeque<>();

    FaultyStore(SqlStore store, OneThread world, Mortal life, Fault fault, Effects effects) {
        super(store, world, life);
        this.fault = fault;
        this.world = world;
        this.effects = effects;
        if (fault == Fault.ENTRY_EARLY) {
            effects.comeTooLate();
        }
    }

    @Override
    public List<Outcome> write(List<? extends Write> batch) {
        return switch (fault) {
            case NONE, ROWS_EARLY -> super.write(batch);
            case EFFECTS_EARLY -> answerFirst(batch);
            case SIGNAL_EARLY -> deleteFirst(batch);
            case ENTRY_EARLY -> effectsLast(batch);
        };
    }

    private List<Outcome> answerFirst(List<? extends Write> batch) {
        // Whether a name is free only the store can say; a wrong answer would be noticed without any crash.
        if (!batch.stream().allMatch(each -> each instanceof Write.Advance advance && advance.creation() == null)) {
            pay();
            return super.write(batch);
        }
        owed.add(batch);
        world.startVirtual("debtor", () -> {
            // Time passes when nobody can move: by then the effects have been released.
            world.pause(1);
            pay();
        });
        return batch.stream().map(each -> new Outcome(Outcome.Kind.DONE, null)).toList();
    }

    private void pay() {
        for (List<? extends Write> batch = owed.poll(); batch != null; batch = owed.poll()) {
            super.write(batch);
        }
    }

    private List<Outcome> deleteFirst(List<? extends Write> batch) {
        for (Write write : batch) {
            if (write instanceof Write.Advance advance && !advance.heard().isEmpty()) {
                super.write(List.of(new Write.Advance(advance.node(), advance.incarnation(), null, List.of(),
                        advance.heard(), null, List.of(), List.of(), Map.of(), null)));
            }
        }
        return super.write(batch);
    }

    private List<Outcome> effectsLast(List<? extends Write> batch) {
        List<Outcome> outcomes = super.write(batch);
        for (Write write : batch) {
            if (write instanceof Write.Advance advance) {
                for (String fact : Facts.of(advance)) {
                    effects.answered(fact.split(" ")[1]);
                }
            }
        }
        return outcomes;
    }

    @Override
    public Outcome transact(RunRow run, Work work) throws Exception {
        pay();
        return super.transact(run, fault == Fault.ROWS_EARLY ? new TornWork(work) : work);
    }

    /** Two transactions where there should be one. */
    private record TornWork(Work work) implements Work {

        @Override
        public NewMessage run(Connection connection, Runnable abort) throws Exception {
            NewMessage message = work.run(connection, abort);
            connection.commit();
            return message;
        }

        @Override
        public boolean isWanted() {
            return work.isWanted();
        }
    }

    // ---- reading: one who owes a write must not be found out by a question, only by a crash ----

    @Override
    public void leave(UUID node) {
        pay();
        super.leave(node);
    }

    @Override
    public List<RunRow> claim(Claim claim) {
        pay();
        return super.claim(claim);
    }

    @Override
    public List<RunRow> ended(Set<UUID> incarnations) {
        pay();
        return super.ended(incarnations);
    }

    @Override
    public Map<UUID, Loaded> load(List<RunRow> rows, int units) {
        pay();
        return super.load(rows, units);
    }

    @Override
    public Optional<RunRow> find(String runId) {
        pay();
        return super.find(runId);
    }

    @Override
    public Optional<RunRow> find(UUID incarnation) {
        pay();
        return super.find(incarnation);
    }

    @Override
    public List<Unit> journal(UUID incarnation, long after, int limit) {
        pay();
        return super.journal(incarnation, after, limit);
    }

    @Override
    public Optional<Unit> lastUnit(UUID incarnation) {
        pay();
        return super.lastUnit(incarnation);
    }

    @Override
    public Map<String, Payload> published(UUID incarnation) {
        pay();
        return super.published(incarnation);
    }
}
