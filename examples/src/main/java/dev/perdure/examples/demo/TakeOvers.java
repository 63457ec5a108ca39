// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import dev.perdure.RunStatus;
import dev.perdure.engine.Client;
import dev.perdure.engine.RunPage;
import dev.perdure.engine.RunView;
import dev.perdure.store.RunFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Watches what becomes of the orders of nodes that were killed. It looks at the runs as anybody can, from outside:
 * which node has which. A take-over ends when the dead node has none any more, and each that could move has another
 * node; one that waits for a signal or for a later moment needs none until then.
 */
final class TakeOvers {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Of the time, at most one part in so many is spent on looking, however many orders there are. */
    private static final int SHARE = 5;

    private static final int PAGE = 10_000;

    private final Client client;
    private final RunFilter open;
    private final List<Estate> estates = new ArrayList<>();
    private long notBefore = System.nanoTime();

    /** What a dead node has left. Orders are added while its last commit may still be landing. */
    private record Estate(Happened.Kill kill, long killedNanos, UUID node, Set<String> orders) {

        /** Whether anything of it still waits for a new owner. */
        boolean isOpen(List<RunView> runs) {
            boolean some = false;
            for (RunView run : runs) {
                if (run.owner().filter(node::equals).isPresent()) {
                    orders.add(run.runId());
                    some = true;
                } else if (run.owner().isEmpty() && orders.contains(run.runId())) {
                    some |= couldMove(run);
                }
            }
            return some;
        }

        private static boolean couldMove(RunView run) {
            return run.status() == RunStatus.RUNNING
                    || run.wakeAt().filter(at -> !at.isAfter(Instant.now())).isPresent();
        }
    }

    /**
     * Watches nothing yet.
     *
     * @param client asks
     * @param open the runs that have not ended
     */
    TakeOvers(Client client, RunFilter open) {
        this.client = client;
        this.open = open;
    }

    /** The nodes that have an order at this moment. */
    Set<UUID> owners() {
        return runs().stream().flatMap(run -> run.owner().stream()).collect(Collectors.toSet());
    }

    /**
     * Begins to watch.
     *
     * @param kill what befell the node
     * @param killedNanos when the kill began, by the clock that only measures
     * @param node under which id it worked
     * @return how many orders it had
     */
    int watch(Happened.Kill kill, long killedNanos, UUID node) {
        Estate estate = new Estate(kill, killedNanos, node, new HashSet<>());
        estate.isOpen(runs());
        estates.add(estate);
        return estate.orders().size();
    }

    /** The take-overs that have ended since the last look. */
    List<Happened.TakeOver> look() {
        return estates.isEmpty() || System.nanoTime() - notBefore < 0 ? List.of() : lookNow();
    }

    /** The same, and not only if it is time to. */
    List<Happened.TakeOver> lookNow() {
        long asked = System.nanoTime();
        List<RunView> runs = runs();
        long seen = System.nanoTime();
        notBefore = seen + Math.max(PAUSE_NANOS, (SHARE - 1) * (seen - asked));
        List<Happened.TakeOver> over = new ArrayList<>();
        estates.removeIf(estate -> {
            boolean ends = !estate.isOpen(runs);
            if (ends) {
                over.add(new Happened.TakeOver(estate.kill(), estate.orders(),
                        Duration.ofNanos(seen - estate.killedNanos())));
            }
            return ends;
        });
        return over;
    }

    private List<RunView> runs() {
        List<RunView> all = new ArrayList<>();
        Optional<UUID> after = Optional.empty();
        do {
            RunPage page = client.list(open, after, PAGE);
            all.addAll(page.runs());
            after = page.next();
        } while (after.isPresent());
        return all;
    }
}
