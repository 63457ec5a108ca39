// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.proof.Campaign;
import dev.perdure.proof.Findings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Any bytes are a program: random workflows in random worlds.
 *
 * <p>Proves A7, C6, C8, D6, D7, E1, X11, X12 and X46.
 */
@Command(name = "fuzz", mixinStandardHelpOptions = true,
        description = "Random workflow programs: warm, evicted, cold, through crashes and forgetful disks.")
public final class Fuzz extends Campaign {

    private static final long PROGRESS_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int MOST_VIOLATIONS = 5;

    @Option(names = "--programs", paramLabel = "N", defaultValue = "100000",
            description = "How many programs. Without it: ${DEFAULT-VALUE}.")
    private long programs;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "0",
            description = "How many programs at once. Without it: as many as there are processors.")
    private int threads;

    @Option(names = "--fault", paramLabel = "FAULT", defaultValue = "NONE", hidden = true,
            description = "Breaks the store on purpose: ${COMPLETION-CANDIDATES}.")
    private Disk.Fault fault;

    /** For picocli. */
    public Fuzz() {
    }

    @Override
    protected void look(long seed, Duration limit, Findings findings) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        AtomicLong next = new AtomicLong();
        Tally all = new Tally();
        List<Thread> workers = new ArrayList<>();
        int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < count; i++) {
            // Virtual, so that handing over to a puppet costs no switch of threads of the machine.
            workers.add(Thread.ofVirtual().name("fuzz-" + i).start(() -> {
                Tally tally = new Tally();
                work(seed, next, end, tally, findings);
                synchronized (all) {
                    all.add(tally);
                }
            }));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        report(all, findings);
    }

    private void work(long seed, AtomicLong next, long end, Tally tally, Findings findings) {
        long nextWord = System.nanoTime() + PROGRESS_NANOS;
        for (long i = next.getAndIncrement(); i < programs; i = next.getAndIncrement()) {
            long now = System.nanoTime();
            if (now >= end || findings.violations() >= MOST_VIOLATIONS) {
                return;
            }
            if (now >= nextWord) {
                findings.progress(i + " of " + programs + " programs");
                nextWord = now + PROGRESS_NANOS;
            }
            Trial trial = new Trial(seed + i, fault);
            trial.run(tally).ifPresent(findings::violation);
            if (trial.isEndless()) {
                return;
            }
        }
    }

    private static void report(Tally all, Findings findings) {
        findings.count("programs", all.programs);
        findings.count("ended", all.ended);
        findings.count("terminated", all.terminated);
        findings.count("crashes", all.crashes);
        findings.count("evictions", all.evictions);
        findings.count("replays", all.replays);
        findings.count("failed_starts", all.failedStarts);
        findings.count("failed_sends", all.failedSends);
        findings.count("heartbeats", all.heartbeats);
        findings.count("completions", all.completions);
        findings.count("ticks", all.ticks);
        findings.count("events", all.events);
        all.operations.forEach((operation, count) -> findings.count("operations_" + operation, count));
        all.played.forEach((operation, count) -> findings.count("played_" + operation, count));
        all.kinds.forEach((kind, count) -> findings.count("events_" + kind, count));
    }
}
