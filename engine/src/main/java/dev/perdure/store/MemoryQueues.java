// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Queue;
import dev.perdure.RunStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who comes next in a {@link MemoryStore}, from queues and from none. Guarded by the store's lock. */
final class MemoryQueues {

    private final MemoryRuns all;

    /** What code has said of queues. */
    private final Map<String, Queue> declared = new HashMap<>();

    MemoryQueues(MemoryRuns all) {
        this.all = all;
    }

    /** Takes runs of a queue, or of none. */
    List<RunRow> take(Store.Claim claim, String queue, int most, Map<String, Integer> runningByKey, int perKey) {
        Map<String, Integer> byKey = new HashMap<>(runningByKey);
        List<MemoryRun> taken = new ArrayList<>();
        for (MemoryRun run : all.line(queue)) {
            if (taken.size() >= most || queue.isEmpty() && run.claimableAt() > claim.now()) {
                break;
            }
            String key = run.launch.ticket().key();
            if (run.claimableAt() <= claim.now() && claim.workflows().contains(run.row.workflow())
                    && byKey.getOrDefault(key, 0) < perKey) {
                byKey.merge(key, 1, Integer::sum);
                taken.add(run);
            }
        }
        List<RunRow> rows = new ArrayList<>(taken.size());
        for (MemoryRun run : taken) {
            all.change(run, run.row.claimed(claim.node(), claim.now()));
            rows.add(run.row);
        }
        return rows;
    }

    Store.Served serve(String queue, Store.Claim claim) {
        QueueRow row = all.queues.get(queue);
        if (row == null || !isWaiting(queue, claim.now())) {
            return Store.Served.NOTHING;
        }
        List<MemoryRun> running = row.queue().isLimited() ? all.ownedOf(queue) : List.of();
        Map<String, Integer> byKey = new HashMap<>();
        running.forEach(run -> byKey.merge(run.launch.ticket().key(), 1, Integer::sum));
        int room = row.room(running.size(), running.size());
        int most = Math.min(claim.limit(), Math.min(room, row.allowance(claim.now())));
        List<RunRow> taken = take(claim, queue, most, byKey, row.queue().limitPerKey());
        all.queues.put(queue, row.taken(taken.size(), claim.now()));
        return row.served(taken, room, claim);
    }

    void define(Write.Define define) {
        Queue queue = define.queue();
        if (!define.declared() || !queue.equals(declared.put(queue.name(), queue))) {
            all.queues.merge(queue.name(), QueueRow.of(queue),
                    (before, now) -> new QueueRow(queue, before.tokens(), before.filledAt()));
        }
    }

    List<QueueView> views(long now) {
        return all.queues.values().stream().map(row -> {
            List<MemoryRun> due = all.line(row.queue().name()).stream()
                    .filter(run -> run.row.status() == RunStatus.QUEUED && run.claimableAt() <= now).toList();
            return new QueueView(row.queue(), due.size(), all.ownedOf(row.queue().name()).size(),
                    due.stream().mapToLong(MemoryRun::claimableAt).min().orElse(Long.MAX_VALUE));
        }).toList();
    }

    Set<String> waiting(long now) {
        Set<String> queues = new HashSet<>(all.lines.keySet());
        queues.removeIf(queue -> !isWaiting(queue, now));
        return queues;
    }

    /** Whether there is anything in a queue, or in none, that could be handed out but for limits. */
    private boolean isWaiting(String queue, long now) {
        return all.line(queue).stream().anyMatch(run -> run.claimableAt() <= now);
    }
}
