// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import dev.perdure.RunFinishedException;
import dev.perdure.RunNotFoundException;
import dev.perdure.StartOptions;
import dev.perdure.engine.Client;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunStarter;
import dev.perdure.proof.Findings;
import dev.perdure.proof.chaos.deeds.Errand;
import dev.perdure.proof.chaos.deeds.Queries;
import dev.perdure.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Those who start runs and send messages, each a thread of its own, one run after another: careful people, who do
 * everything again when the database was away, under the same ids. They know how each run must end.
 */
final class Customers {

    private static final int LONGEST_PAUSE_MILLIS = 1_200;
    private static final int LONGEST_TRANSACTION_MILLIS = 3_000;
    private static final int REMEMBERED = 500;

    private final Client client;
    private final Queries queries;
    private final Findings findings;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final Map<String, String> results = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Patience patience = new Patience();
    private volatile boolean closing;

    Customers(Client client, Queries queries, Findings findings) {
        this.client = client;
        this.queries = queries;
        this.findings = findings;
    }

    void start(int count, SplittableRandom chance) {
        for (int i = 0; i < count; i++) {
            SplittableRandom mine = chance.split();
            threads.add(Thread.ofVirtual().name("customer-" + i).start(() -> {
                while (!closing) {
                    serve(mine);
                }
            }));
        }
    }

    /** Starts no run any more, and waits until those that were started have ended or ought to have. */
    void close(Duration longest) throws InterruptedException {
        patience.endIn(longest);
        closing = true;
        for (Thread thread : threads) {
            thread.join();
        }
        results.forEach((runId, result) -> {
            String again = client.handle(Errand.ERRAND, runId).result(Duration.ofSeconds(10));
            if (!result.equals(again)) {
                findings.violation("run '" + runId + "' has two results: \"" + result + "\" and \"" + again + "\"");
            }
        });
    }

    long finished() {
        return finished.get();
    }

    long transactions() {
        return transactions.get();
    }

    long unknown() {
        return unknown.get();
    }

    private void serve(SplittableRandom chance) {
        long number = numbers.incrementAndGet();
        try {
            RunHandle<String> run = switch (chance.nextInt(6)) {
                case 0 -> patience.insist(() -> client.start(Errand.ERRAND,
                        StartOptions.none().signal("go", "a").signal("more", "b"), ""));
                case 1 -> startTwice("twice-" + number);
                case 2 -> startWithin("order-" + number, chance);
                case 3 -> startPair("pair-" + number, chance);
                default -> startAndSignal("errand-" + number, chance);
            };
            if (run != null) {
                check(run);
            }
        } catch (Patience.GaveUpException late) {
            findings.violation("run " + number + " of its customer: the database was away for too long");
        } catch (RuntimeException failed) {
            findings.violation("customer " + number + " failed: " + failed);
        }
    }

    private RunHandle<String> startTwice(String runId) {
        // A start whose answer is lost is repeated, so what goes along needs an id.
        StartOptions options = StartOptions.id(runId).signal("go", "a", runId + "/go");
        patience.insist(() -> client.start(Errand.ERRAND, options, ""));
        signal(client, runId, "more", "b");
        return patience.insist(() -> client.start(Errand.ERRAND, StartOptions.id(runId), ""));
    }

    private RunHandle<String> startAndSignal(String runId, SplittableRandom chance) {
        RunHandle<String> run = patience.insist(() -> client.start(Errand.ERRAND, runId, ""));
        Patience.rest(chance.nextInt(LONGEST_PAUSE_MILLIS));
        boolean inOrder = chance.nextBoolean();
        signal(client, runId, inOrder ? "go" : "more", inOrder ? "a" : "b");
        Patience.rest(chance.nextInt(LONGEST_PAUSE_MILLIS));
        signal(client, runId, inOrder ? "more" : "go", inOrder ? "b" : "a");
        signal(client, runId, "go", "a");
        return run;
    }

    private void signal(RunStarter starter, String runId, String name, String value) {
        try {
            patience.insist(() -> starter.signal(runId, name, value, runId + "/" + name));
        } catch (RunFinishedException already) {
            // It has heard this one before.
        }
    }

    /** In a transaction that stays open for a while, and is rolled back now and then; null if there is no run then. */
    private RunHandle<String> startWithin(String runId, SplittableRandom chance) {
        boolean wanted = chance.nextInt(4) > 0;
        int pause = chance.nextInt(LONGEST_TRANSACTION_MILLIS);
        boolean done = false;
        try (Connection connection = queries.connect()) {
            connection.setAutoCommit(false);
            queries.run(connection, "order", runId);
            RunStarter within = client.within(connection);
            within.start(Errand.ERRAND, StartOptions.id(runId), "");
            within.signal(runId, "more", "b", runId + "/more");
            Patience.rest(pause);
            if (wanted) {
                connection.commit();
            } else {
                connection.rollback();
            }
            transactions.incrementAndGet();
            done = wanted;
        } catch (SQLException | StoreException away) {
            done = patience.insist(() -> exists(runId));
        }
        if (!done) {
            return null;
        }
        signal(client, runId, "go", "a");
        return patience.insist(() -> client.handle(Errand.ERRAND, runId));
    }

    /** Two runs are told of the same things by two transactions, at once, and in opposite orders. */
    private RunHandle<String> startPair(String runId, SplittableRandom chance) {
        String other = runId + "-other";
        RunHandle<String> run = patience.insist(() -> client.start(Errand.ERRAND, runId, ""));
        RunHandle<String> second = patience.insist(() -> client.start(Errand.ERRAND, other, ""));
        int pause = chance.nextInt(LONGEST_PAUSE_MILLIS);
        CompletableFuture<Void> opposite = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                signalWithin("more", "b", List.of(other, runId), pause);
                opposite.complete(null);
            } catch (RuntimeException failed) {
                opposite.completeExceptionally(failed);
            }
        });
        signalWithin("go", "a", List.of(runId, other), pause);
        opposite.join();
        check(second);
        return run;
    }

    private void signalWithin(String name, String value, List<String> runIds, int pause) {
        patience.insist(() -> {
            try (Connection connection = queries.connect()) {
                connection.setAutoCommit(false);
                for (String runId : runIds) {
                    client.within(connection).signal(runId, name, value, runId + "/" + name);
                    Patience.rest(pause);
                }
                connection.commit();
                return transactions.incrementAndGet();
            } catch (RunFinishedException already) {
                // A commit of which nobody knew whether it landed has.
                return transactions.get();
            } catch (SQLException away) {
                throw away(away);
            }
        });
    }

    private static StoreException away(SQLException cause) {
        return new StoreException("away", cause.toString(), StoreException.Effect.NOTHING_RETRY, cause);
    }

    /** After a commit of which nobody knows whether it landed. */
    private boolean exists(String runId) {
        try {
            boolean ordered = !queries.run("order.exists", runId).isEmpty();
            if (ordered) {
                client.handle(Errand.ERRAND, runId);
            }
            return ordered;
        } catch (SQLException away) {
            throw away(away);
        } catch (RunNotFoundException torn) {
            findings.violation("the user's row of '" + runId + "' is there, and its run is not");
            return false;
        }
    }

    private void check(RunHandle<String> run) {
        String result = patience.result(run);
        if (result == null) {
            findings.violation("run '" + run.runId() + "' has not ended: " + run.explain());
            return;
        }
        if (!Errand.isRight(result)) {
            findings.violation("run '" + run.runId() + "' ended with \"" + result + "\"");
        }
        if (result.contains(" unknown ")) {
            unknown.incrementAndGet();
        }
        if (results.size() < REMEMBERED) {
            results.put(run.runId(), result);
        }
        finished.incrementAndGet();
    }
}
