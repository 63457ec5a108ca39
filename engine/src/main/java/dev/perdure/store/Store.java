// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;
import dev.perdure.journal.Unit;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a backend must promise. The published contract ({@code perdure-store-tck}) tests every sentence on this page.
 *
 * <p>Safe for all threads. Methods block; those that write return when the change is durable. Each may throw
 * {@link StoreException}; its {@link StoreException#effect()} tells whether anything was written.
 */
public interface Store extends AutoCloseable {

    // ---- nodes ----

    /**
     * Makes the caller a node, which may own runs. Where only one node can be at a time, every node that came before
     * is ended first: its runs lose their owner, their {@link RunRow#recoveries} count one more, and nothing it still
     * writes lands.
     *
     * @param node a new id, never used before
     * @param now milliseconds since 1970
     * @throws StoreInUseException if only one node can be at a time, and it lives
     */
    void join(UUID node, long now);

    /**
     * Ends a node that stops in good order. Its runs lose their owner and their {@link RunRow#recoveries} stay as
     * they are; what it still writes is refused.
     *
     * @param node the node; unknown and ended ones are ignored
     */
    void leave(UUID node);

    /**
     * How long a node may be silent before others may take its runs over.
     *
     * @return zero where only one node can be at a time; then nobody calls {@link #end}, and {@link #look} need not
     *     tell of other nodes
     */
    default Duration lease() {
        return Duration.ZERO;
    }

    /**
     * Gives a sign of life, and looks up: everything that concerns a node, by one question. Costs next to nothing when
     * nothing has happened.
     *
     * @param node who asks
     * @param now milliseconds since 1970, for what comes due
     * @return all of one moment
     */
    default Sight look(UUID node, long now) {
        Set<UUID> unheard = new LinkedHashSet<>();
        inboxOf(node).forEach(message -> unheard.add(message.chain()));
        return new Sight(true, now, "", Map.of(), Set.of(), unheard, waiting(now), nextWake(now),
                exceeded(now));
    }

    /**
     * Ends a node that has died, from outside. When this returns nothing that it still writes lands; its runs have
     * lost their owner and their {@link RunRow#recoveries} count one more. Whatever the node does just now is ended,
     * too, even if it is stopped in the middle of a write; that takes no longer than two seconds.
     *
     * @param node the node; ending it again frees what was not yet freed
     */
    default void end(UUID node) {
        throw new UnsupportedOperationException("only one node can be at a time: join ends those before");
    }

    /**
     * The clock that all nodes go by.
     *
     * @param now the caller's own time, in milliseconds since 1970
     * @return milliseconds since 1970; the caller's own where only one machine can be
     */
    default long time(long now) {
        return now;
    }

    // ---- writing ----

    /**
     * Whether a write may have to wait for a transaction of somebody else's, such as one of the user's that stays open
     * with the same run id in it. Such writes are not put into a batch with others.
     *
     * @param write any
     * @return false if nobody else can write the same keys
     */
    default boolean mayWait(Write write) {
        return false;
    }

    /**
     * Makes a batch of writes durable together: when this returns all accepted ones are, when it throws none is, or
     * (only if the exception says so) nobody knows.
     *
     * <p>Each write is accepted or refused as a whole, seeing those before it in the batch. A batch may be sent again
     * after an unknown outcome: what had landed is found by its own keys and is not done twice. Each kind of write
     * says what it answers then.
     *
     * @param batch in the order in which they happen; at least one
     * @return an outcome for each, in the same order
     * @throws StoreException if the batch was not written
     */
    List<Outcome> write(List<? extends Write> batch);

    /**
     * Takes runs that are in no queue, that nobody owns and that could move: running ones, suspended ones with
     * something in their inbox, and queued and suspended ones whose time has come. The last come in the order of their
     * time. A message does not wake a run that is queued for later, paused or stuck. The runs belong to the node when
     * this returns, and those that were queued are {@code RUNNING}; that need not survive a power cut, because no node
     * does.
     *
     * @param claim for whom, which and how many
     * @return the runs as they are now, owner and all; empty if there are none, or if the node has ended
     */
    List<RunRow> claim(Claim claim);

    /**
     * Which runs a node wants.
     *
     * @param node the new owner
     * @param workflows the workflows it can run; others are left alone
     * @param now milliseconds since 1970
     * @param limit how many at most, 1 or more
     */
    record Claim(UUID node, Set<String> workflows, long now, int limit) {
    }

    /**
     * Takes runs of a queue in the same way, as far as its limits let it, whatever other nodes take at the same time.
     * Those that have begun come first, then the others in the order of their {@link Ticket#rank}.
     *
     * <p>A node may be told of nothing although there is something, when another one is being served just now; then it
     * is told when to ask again.
     *
     * @param queue its name
     * @param claim for whom, which and how many
     * @return the runs, and what keeps others back; {@link Served#NOTHING} if there is nobody to keep back
     */
    Served serve(String queue, Claim claim);

    /**
     * What a node has got of a queue.
     *
     * @param runs the runs as they are now, owner and all
     * @param held whether limits may keep others back until one that goes on ends or waits
     * @param again when there may be more although nothing has happened, in milliseconds since 1970, or
     *     {@link Long#MAX_VALUE}
     */
    record Served(List<RunRow> runs, boolean held, long again) {

        /** Nothing, and nothing keeps anybody back. */
        public static final Served NOTHING = new Served(List.of(), false, Long.MAX_VALUE);
    }

    /**
     * Reads what several runs need to come into memory, with few questions. A store for which each question is cheap
     * leaves it out: then the runs are read one by one.
     *
     * @param rows the runs
     * @param units how many of the first units of each journal
     * @return by incarnation
     */
    default Map<UUID, Loaded> load(List<RunRow> rows, int units) {
        return Map.of();
    }

    /**
     * What a run needs to come into memory.
     *
     * @param launch what it was started with
     * @param units the first units of its journal
     * @param isWhole whether there are no more
     * @param attempts how far its open steps have come
     * @param unread whether there is something in its inbox
     */
    record Loaded(NewRun launch, List<Unit> units, boolean isWhole, List<Attempt> attempts, boolean unread) {
    }

    // ---- looking for work ----

    /**
     * The queues of all runs that could be handed out to a node that can run anything, whatever their limits.
     *
     * @param now milliseconds since 1970
     * @return their names; the empty one is for runs in no queue
     */
    Set<String> waiting(long now);

    /**
     * The workflows of all runs that could be handed out to a node that can run anything.
     *
     * @param now milliseconds since 1970
     * @return their names
     */
    Set<String> claimable(long now);

    /**
     * When the next run that nobody owns comes due by its time, queued or suspended, whatever its workflow. Runs that
     * could move at once do not count.
     *
     * @param after only times later than this, in milliseconds since 1970
     * @return milliseconds since 1970, or {@link Long#MAX_VALUE} if there is none
     */
    long nextWake(long after);

    /**
     * The limits that are exceeded and were not forgotten.
     *
     * @param now milliseconds since 1970
     * @return a hundred at most, the oldest first
     */
    List<Limit.Of> exceeded(long now);

    /**
     * The limits of a run that were neither exceeded nor forgotten.
     *
     * @param chain its chain
     * @return in no order
     */
    List<Limit> limits(UUID chain);

    /**
     * The unread messages of all runs that a node owns.
     *
     * @param node the owner
     * @return in the order in which each run must hear them
     */
    List<Message> inboxOf(UUID node);

    /**
     * A number that changes whenever somebody else than this instance may have written: another process, for an
     * embedded file. Cheap enough to be asked fifty times a second.
     *
     * @return the same number as long as nothing came from outside
     */
    long foreignChanges();

    /**
     * Asks to be told, soon and without asking, of what comes from elsewhere. Nothing relies on it: whoever listens
     * looks once a second all the same.
     *
     * @param ear called on a thread of the store's; must not block
     * @return ends it
     */
    default Runnable listen(Ear ear) {
        return () -> { };
    }

    /** Hears what others have written. */
    interface Ear {

        /** There may be a run to move: one was started, a message was sent. */
        void work();

        /** Runs may have ended. */
        void ends();
    }

    // ---- reading ----

    /**
     * The present incarnation of a run.
     *
     * @param runId the run's name
     * @return its row, or empty if there never was one
     */
    Optional<RunRow> find(String runId);

    /**
     * One incarnation.
     *
     * @param incarnation which
     * @return its row, or empty
     */
    Optional<RunRow> find(UUID incarnation);

    /**
     * Which of several incarnations have ended.
     *
     * @param incarnations any; unknown ones are left out
     * @return the rows of those that have finished or are stuck
     */
    default List<RunRow> ended(Set<UUID> incarnations) {
        return incarnations.stream().flatMap(each -> find(each).stream())
                .filter(row -> row.status().hasEnded()).toList();
    }

    /**
     * What an incarnation was started with.
     *
     * @param incarnation which
     * @return as it was written, or empty
     */
    Optional<NewRun> launch(UUID incarnation);

    /**
     * A part of a journal.
     *
     * @param incarnation whose; an unknown one has no journal
     * @param after only units that begin after this entry; 0 for all
     * @param limit how many units at most, 1 or more
     * @return in order; fewer than the limit only at the end of the journal
     */
    List<Unit> journal(UUID incarnation, long after, int limit);

    /**
     * The end of a journal: for a finished run, the unit with its result.
     *
     * @param incarnation whose
     * @return the last unit, or empty if there is none
     */
    Optional<Unit> lastUnit(UUID incarnation);

    /**
     * The unread messages of some runs, all of one moment.
     *
     * @param chains the runs' chains; one that has finished or is unknown has none
     * @return in the order in which each run must hear them
     */
    List<Message> inbox(Collection<UUID> chains);

    /**
     * The unread messages of a run.
     *
     * @param chain the run's chain; empty if it has finished or is unknown
     * @return in the order in which it must hear them
     */
    default List<Message> inbox(UUID chain) {
        return inbox(List.of(chain));
    }

    /**
     * How far the open steps of an incarnation have come with their attempts.
     *
     * @param incarnation whose
     * @return a row for each step that has failed at least once and is not answered yet
     */
    List<Attempt> attempts(UUID incarnation);

    /**
     * The values an incarnation has published.
     *
     * @param incarnation whose
     * @return by name
     */
    Map<String, Payload> published(UUID incarnation);

    /**
     * A fact.
     *
     * @param name its name
     * @return empty if nobody has made it known
     */
    Optional<Fact> fact(String name);

    /**
     * All facts, a page at a time.
     *
     * @param after only those whose names come after this one; empty for the first page
     * @param limit how many at most, 1 or more
     * @return in the order of their names
     */
    List<Fact> facts(String after, int limit);

    /**
     * The facts that an incarnation waits for and has not been told.
     *
     * @param incarnation whose
     * @return in no order
     */
    List<Write.Listening> listening(UUID incarnation);

    /**
     * Runs that fit a filter, newest first: in the order in which they came to the store, whatever their clocks said.
     *
     * @param filter which
     * @param before only incarnations that come after this one in the list, or empty for the first page; none come
     *     after one that is unknown
     * @param limit how many at most, 1 or more
     * @return present incarnations; the last is where the next page begins
     */
    List<RunRow> list(RunFilter filter, Optional<UUID> before, int limit);

    /**
     * How many runs fit a filter.
     *
     * @param filter which
     * @return present incarnations only
     */
    long count(RunFilter filter);

    /**
     * How many entries all journals have together.
     *
     * @return counted in the store, which may take a while
     */
    long countEntries();

    /**
     * The queues that anybody has named.
     *
     * @param now milliseconds since 1970
     * @return in the order of their names, counted in the store
     */
    List<QueueView> queues(long now);

    /**
     * What the backend is and how it is set, for people and benchmarks.
     *
     * @return for example {@code store=sqlite}, {@code journal_mode=wal}, {@code synchronous=FULL}
     */
    Map<String, String> settings();

    /** Lets go of files and connections. Does not end nodes: {@link #leave} does. */
    @Override
    void close();
}
