// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One incarnation in a {@link MemoryStore}, with everything that belongs to it. Guarded by the store's lock. */
final class MemoryRun {

    /** The time at which a run is claimable that could move at once. */
    private static final long AT_ONCE = Long.MIN_VALUE;

    /** The time at which a run is claimable that time alone will not make so. */
    static final long NEVER = Long.MAX_VALUE;

    final NewRun launch;

    /** Counts all incarnations: the order of lists, and of claims that are due at the same time. */
    final long born;

    final List<Unit> journal = new ArrayList<>();

    /** By number, in the order in which they must be heard. Empty unless this is the live incarnation of its chain. */
    final Map<Long, Message> inbox = new LinkedHashMap<>();

    final Map<Position, Attempt> attempts = new LinkedHashMap<>();
    final Map<String, Payload> published = new HashMap<>();

    /** Who is told of its end. */
    final Set<Parent> waiting = new LinkedHashSet<>(1);

    /** What it has started, and those that continue it. */
    final Set<MemoryRun> children = new LinkedHashSet<>(0);

    /** The facts that it waits for, by where. */
    final Map<Position, String> listening = new HashMap<>(0);

    RunRow row;

    /** See {@link #settle}. They are kept because they are keys in sorted sets. */
    private long claimableAt = NEVER;
    private long place;

    MemoryRun(NewRun launch, long born) {
        this.launch = launch;
        this.born = born;
        this.row = RunRow.of(launch, null);
    }

    /** A place in the order of claims: after all runs that are claimable at a time or before. */
    static MemoryRun lastAt(long time) {
        UUID none = new UUID(0, 0);
        MemoryRun place = new MemoryRun(new NewRun("", none, none, "", Payload.NONE, Map.of(), Map.of(), 0, time, null),
                Long.MAX_VALUE);
        place.claimableAt = time;
        return place;
    }

    long born() {
        return born;
    }

    /** From when on a node may claim this run: {@link #AT_ONCE}, a time, or {@link #NEVER}. */
    long claimableAt() {
        return claimableAt;
    }

    /** Where it stands among the claimable runs of its queue, or of none. */
    long place() {
        return place;
    }

    /** The row as it is but for what an owner and a claim change. */
    RunRow rowWith(RunStatus status, long wakeAt, @Nullable UUID owner, int recoveries) {
        return new RunRow(row.runId(), row.incarnation(), row.chain(), row.workflow(), status, wakeAt, row.waiting(),
                row.problem(), owner, recoveries, row.unread(), row.createdAt(), row.changedAt(), row.queue());
    }

    /** Works out from row and inbox when the run is claimable. The caller takes it out of sorted sets before. */
    void settle() {
        claimableAt = row.owner() != null ? NEVER : switch (row.status()) {
            case QUEUED -> row.wakeAt();
            case RUNNING -> AT_ONCE;
            case SUSPENDED -> inbox.isEmpty() ? row.wakeAt() : AT_ONCE;
            case PAUSED, STUCK, COMPLETED, FAILED, CANCELLED, TERMINATED, CONTINUED -> NEVER;
        };
        place = !launch.ticket().isQueued() ? claimableAt
                : row.status() == RunStatus.QUEUED ? launch.ticket().rank(launch.startAt()) : AT_ONCE;
    }

    private long lastSeq() {
        return journal.isEmpty() ? 0 : journal.getLast().lastSeq();
    }

    /** Whether these units follow the journal's last entry. That they follow each other {@link Write.Advance} knows. */
    boolean isNext(List<Unit> units) {
        return units.isEmpty() || units.getFirst().seq() == lastSeq() + 1;
    }

    /** Whether the journal has exactly these units already; none are never there. */
    boolean has(List<Unit> units) {
        if (units.isEmpty() || units.getLast().lastSeq() > lastSeq()) {
            return false;
        }
        int from = indexAfter(units.getFirst().seq() - 1);
        int to = from + units.size();
        return to <= journal.size() && journal.subList(from, to).equals(units);
    }

    List<Unit> units(long after, int limit) {
        int from = indexAfter(after);
        return List.copyOf(journal.subList(from, (int) Math.min(journal.size(), (long) from + limit)));
    }

    /** The index of the first unit that begins after an entry. */
    private int indexAfter(long seq) {
        int low = 0;
        int high = journal.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (journal.get(middle).seq() > seq) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Keeps what stands beside the journal: attempts and published values. */
    void note(Write.Advance advance) {
        advance.attempts().forEach(attempt -> attempts.put(attempt.at(), attempt));
        advance.answered().forEach(attempts::remove);
        advance.published().forEach((name, value) -> {
            if (value.isNone()) {
                published.remove(name);
            } else {
                published.put(name, value);
            }
        });
    }

    int unreadSignals() {
        return (int) inbox.values().stream().filter(each -> each.content().kind() == NewMessage.Kind.SIGNAL).count();
    }

    boolean fits(RunFilter filter) {
        return (filter.statuses().isEmpty() || filter.statuses().contains(row.status()))
                && (filter.workflow() == null || filter.workflow().equals(row.workflow()))
                && row.runId().startsWith(filter.idPrefix())
                && row.createdAt() >= filter.createdFrom() && row.createdAt() < filter.createdTo()
                && launch.attributes().entrySet().containsAll(filter.attributes().entrySet());
    }
}
