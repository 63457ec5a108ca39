// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.Payload;
import dev.perdure.journal.Unit;
import dev.perdure.store.Attempt;
import dev.perdure.store.Message;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.Sight;
import dev.perdure.store.Store;
import dev.perdure.store.Write;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that is told of by number: before and after each call a life may end. A call is made on the world's one
 * thread while all others stand still, because the real store may wait by the machine's clock.
 */
class NumberedStore implements Store {

    private final Store store;
    private final OneThread world;
    private final Mortal life;

    NumberedStore(Store store, OneThread world, Mortal life) {
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
    public List<Outcome> write(List<? extends Write> batch) {
        return call(() -> store.write(batch), "write", batch);
    }

    @Override
    public List<RunRow> claim(Claim claim) {
        return call(() -> store.claim(claim), "claim", sorted(claim));
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

    @Override
    public Optional<RunRow> find(String runId) {
        return call(() -> store.find(runId), "find", runId);
    }

    @Override
    public Optional<RunRow> find(UUID incarnation) {
        return call(() -> store.find(incarnation), "find", incarnation);
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
    public List<Message> inbox(UUID chain) {
        return call(() -> store.inbox(chain), "inbox", chain);
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

    /** Closing ends nothing that a kill would not end as well. */
    @Override
    public void close() {
        store.close();
    }
}
