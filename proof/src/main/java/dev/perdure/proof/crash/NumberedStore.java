// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.Payload;
import dev.perdure.journal.Unit;
import dev.perdure.proof.world.OneThread;
import dev.perdure.store.Attempt;
import dev.perdure.store.Fact;
import dev.perdure.store.Limit;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.QueueView;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.Sight;
import dev.perdure.store.SqlStore;
import dev.perdure.store.Write;
import java.sql.Connection;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that is told of by number: before and after each call a life may end, and before and after the commit of each
 * transaction. A call is made on the world's one thread while all others stand still, because the real store may wait
 * by the machine's clock. What the store can say without its database is no call.
 */
class NumberedStore implements SqlStore {

    private final SqlStore store;
    private final OneThread world;
    private final Mortal life;

    NumberedStore(SqlStore store, OneThread world, Mortal life) {
        this.store = store;
        this.world = world;
        this.life = life;
    }

    private <T> T call(Supplier<T> call, String name, @Nullable Object... arguments) {
        return world.outside(() -> {
            life.before(name + Arrays.toString(arguments));
            T answer = call.get();
            life.after();
            return answer;
        });
    }

    private static @Nullable Void done(Runnable call) {
        call.run();
        return null;
    }

    /** Sets of the JDK come in another order in each process. */
    private static String sorted(Claim claim) {
        return claim.node() + " " + new TreeSet<>(claim.workflows()) + " " + claim.now() + " " + claim.limit();
    }

    @Override
    public void join(UUID node, long now) {
        call(() -> done(() -> store.join(node, now)), "join", node, now);
    }

    @Override
    public void leave(UUID node) {
        call(() -> done(() -> store.leave(node)), "leave", node);
    }

    @Override
    public Duration lease() {
        return store.lease();
    }

    @Override
    public void end(UUID node) {
        call(() -> done(() -> store.end(node)), "end", node);
    }

    @Override
    public long time(long now) {
        return call(() -> store.time(now), "time", now);
    }

    @Override
    public boolean mayWait(Write write) {
        return store.mayWait(write);
    }

    @Override
    public List<Outcome> write(List<? extends Write> batch) {
        return call(() -> store.write(batch), "write", batch);
    }

    @Override
    public List<RunRow> claim(Claim claim) {
        return call(() -> store.claim(claim), "claim", sorted(claim));
    }

    @Override
    public Served serve(String queue, Claim claim) {
        return call(() -> store.serve(queue, claim), "serve", queue, sorted(claim));
    }

    @Override
    public Set<String> waiting(long now) {
        return call(() -> store.waiting(now), "waiting", now);
    }

    @Override
    public List<Limit.Of> exceeded(long now) {
        return call(() -> store.exceeded(now), "exceeded", now);
    }

    @Override
    public List<Limit> limits(UUID chain) {
        return call(() -> store.limits(chain), "limits", chain);
    }

    @Override
    public List<QueueView> queues(long now) {
        return call(() -> store.queues(now), "queues", now);
    }

    @Override
    public Map<UUID, Loaded> load(List<RunRow> rows, int units) {
        return call(() -> store.load(rows, units), "load", rows, units);
    }

    @Override
    public Sight look(UUID node, long now) {
        return call(() -> store.look(node, now), "look", now);
    }

    @Override
    public Set<String> claimable(long now) {
        return call(() -> store.claimable(now), "claimable", now);
    }

    @Override
    public long nextWake(long after) {
        return call(() -> store.nextWake(after), "nextWake", after);
    }

    @Override
    public List<Message> inboxOf(UUID node) {
        return call(() -> store.inboxOf(node), "inboxOf", node);
    }

    @Override
    public long foreignChanges() {
        return call(() -> store.foreignChanges(), "foreignChanges");
    }

    /** What comes from elsewhere comes when it likes, so the places that are used here have no notifications. */
    @Override
    public Runnable listen(Ear ear) {
        return store.listen(ear);
    }

    @Override
    public Optional<RunRow> find(String runId) {
        return call(() -> store.find(runId), "find", runId);
    }

    @Override
    public Optional<RunRow> find(UUID incarnation) {
        return call(() -> store.find(incarnation), "find", incarnation);
    }

    @Override
    public List<RunRow> ended(Set<UUID> incarnations) {
        return call(() -> store.ended(incarnations), "ended", new TreeSet<>(incarnations));
    }

    @Override
    public Optional<NewRun> launch(UUID incarnation) {
        return call(() -> store.launch(incarnation), "launch", incarnation);
    }

    @Override
    public List<Unit> journal(UUID incarnation, long after, int limit) {
        return call(() -> store.journal(incarnation, after, limit), "journal", incarnation, after, limit);
    }

    @Override
    public Optional<Unit> lastUnit(UUID incarnation) {
        return call(() -> store.lastUnit(incarnation), "lastUnit", incarnation);
    }

    @Override
    public List<Message> inbox(Collection<UUID> chains) {
        return call(() -> store.inbox(chains), "inbox", chains);
    }

    @Override
    public List<Attempt> attempts(UUID incarnation) {
        return call(() -> store.attempts(incarnation), "attempts", incarnation);
    }

    @Override
    public Map<String, Payload> published(UUID incarnation) {
        return call(() -> store.published(incarnation), "published", incarnation);
    }

    @Override
    public Optional<Fact> fact(String name) {
        return call(() -> store.fact(name), "fact", name);
    }

    @Override
    public List<Fact> facts(String after, int limit) {
        return call(() -> store.facts(after, limit), "facts", after, limit);
    }

    @Override
    public List<Write.Listening> listening(UUID incarnation) {
        return call(() -> store.listening(incarnation), "listening", incarnation);
    }

    @Override
    public List<RunRow> list(RunFilter filter, Optional<UUID> before, int limit) {
        return call(() -> store.list(filter, before, limit), "list", filter, before, limit);
    }

    @Override
    public long count(RunFilter filter) {
        return call(() -> store.count(filter), "count", filter);
    }

    @Override
    public long countEntries() {
        return call(() -> store.countEntries(), "countEntries");
    }

    @Override
    public Map<String, String> settings() {
        return call(() -> store.settings(), "settings");
    }

    // ---- transactions: a connection has no name that would be the same in another life ----

    @Override
    public Outcome start(Connection connection, Write.Start start) {
        return call(() -> store.start(connection, start), "start", start);
    }

    @Override
    public Outcome send(Connection connection, Write.Send send) {
        return call(() -> store.send(connection, send), "send", send);
    }

    @Override
    public Outcome emit(Connection connection, Write.Emit emit) {
        return call(() -> store.emit(connection, emit), "emit", emit);
    }

    @Override
    public boolean hasLanded(UUID chain, String messageId) {
        return call(() -> store.hasLanded(chain, messageId), "hasLanded", chain, messageId);
    }

    /** How a transaction ended. */
    private record Transacted(@Nullable Outcome outcome, @Nullable Exception failure) {
    }

    /** Two calls: one that begins, and one that commits. What is done between may be calls, too. */
    @Override
    public Outcome transact(RunRow run, Work work) throws Exception {
        Transacted end = world.outside(() -> {
            life.before("transact[" + run + "]");
            try {
                Outcome outcome = store.transact(run, new MortalWork(run, work));
                if (outcome.isDone()) {
                    life.after();
                }
                return new Transacted(outcome, null);
            } catch (Exception failure) {
                return new Transacted(null, failure);
            }
        });
        if (end.failure != null) {
            throw end.failure;
        }
        return end.outcome;
    }

    private final class MortalWork implements Work {

        private final RunRow run;
        private final Work work;

        MortalWork(RunRow run, Work work) {
            this.run = run;
            this.work = work;
        }

        @Override
        public NewMessage run(Connection connection, Runnable abort) throws Exception {
            life.after();
            return work.run(connection, abort);
        }

        @Override
        public boolean isWanted() {
            boolean wanted = work.isWanted();
            if (wanted) {
                life.before("commit[" + run + "]");
            }
            return wanted;
        }
    }

    /** Closing ends nothing that a kill would not end as well. */
    @Override
    public void close() {
        store.close();
    }
}
