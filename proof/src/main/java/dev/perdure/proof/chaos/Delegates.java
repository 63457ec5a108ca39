// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.ClosePolicy;
import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.RunStatus;
import dev.perdure.engine.Client;
import dev.perdure.engine.RunHandle;
import dev.perdure.proof.Findings;
import dev.perdure.proof.chaos.deeds.Delegation;
import dev.perdure.proof.chaos.deeds.Queries;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Those who start a {@link Delegation}, one after the other, and look what has become of its children; and somebody
 * outside who completes the activities that were left to him.
 */
final class Delegates {

    private static final long PAUSE_MILLIS = 500;

    private final Client client;
    private final Queries queries;
    private final Findings findings;
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private final Patience patience = new Patience();
    private volatile boolean closing;
    private volatile boolean closed;

    Delegates(Client client, Queries queries, Findings findings) {
        this.client = client;
        this.queries = queries;
        this.findings = findings;
    }

    void start(int count) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().name("delegate-" + i).start(() -> {
                while (!closing) {
                    delegate(numbers.incrementAndGet());
                }
            }));
        }
        Thread.ofVirtual().name("outside").start(() -> {
            while (!closed) {
                answerAll();
                Patience.rest(PAUSE_MILLIS);
            }
        });
    }

    /** Starts nothing any more, and waits until what was started has ended or ought to have. */
    void close(Duration longest) throws InterruptedException {
        patience.endIn(longest);
        closing = true;
        for (Thread thread : threads) {
            thread.join();
        }
        closed = true;
        findings.count("delegations", finished.get());
        findings.count("completed_by_token", answered.get());
    }

    private void delegate(int number) {
        String runId = "delegation-" + number;
        try {
            RunHandle<String> run = patience.insist(() -> client.start(Delegation.DELEGATION, runId, number));
            Patience.rest(PAUSE_MILLIS);
            patience.insist(() -> client.emitEvent(Delegation.dawn(runId), "dawn"));
            String result = patience.result(run);
            if (!Delegation.RESULT.equals(result)) {
                findings.violation("run '" + runId + "' ended with \"" + result + "\": " + run.explain());
                return;
            }
            String abandoned = Delegation.lodger(runId, ClosePolicy.ABANDON);
            tell(abandoned);
            expect(abandoned, RunStatus.COMPLETED);
            expect(Delegation.lodger(runId, ClosePolicy.CANCEL), RunStatus.CANCELLED);
            expect(Delegation.lodger(runId, ClosePolicy.TERMINATE), RunStatus.TERMINATED);
            finished.incrementAndGet();
        } catch (Patience.GaveUpException late) {
            findings.violation("run '" + runId + "': the database was away for too long");
        } catch (RuntimeException failed) {
            findings.violation("delegate of '" + runId + "' failed: " + failed);
        }
    }

    private void tell(String lodger) {
        try {
            patience.insist(() -> client.signal(lodger, "leave", "gone", lodger + "/leave"));
        } catch (RunFinishedException already) {
            // It has heard this one before.
        }
    }

    private void expect(String runId, RunStatus status) {
        RunStatus found = patience.insist(() -> client.handle(runId).describe().status());
        while (!found.hasEnded()) {
            Patience.rest(PAUSE_MILLIS);
            found = patience.insist(() -> client.handle(runId).describe().status());
        }
        if (found != status) {
            findings.violation("child '" + runId + "' ended as " + found + " and not " + status);
        }
    }

    private void answerAll() {
        try {
            for (List<String> row : queries.run("tokens")) {
                try {
                    patience.insist(() -> client.complete(row.getFirst(), "answered"));
                    answered.incrementAndGet();
                } catch (RunFinishedException | RunNotFoundException already) {
                    // An answer that was lost had landed.
                }
                queries.run("token.answered", row.getFirst());
            }
        } catch (SQLException | Patience.GaveUpException away) {
            // Asked for again soon.
        } catch (RuntimeException failed) {
            findings.violation("what was left to somebody outside could not be completed: " + failed);
        }
    }
}
