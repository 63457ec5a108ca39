// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The processes that run the checkouts. Each has a place, "node" or "node-2", and when it is killed the next one gets
 * it. Invariant: there is a process in every place, dead or alive.
 */
final class Nodes {

    private static final Duration STOPPING = Duration.ofSeconds(15);

    private final Function<String, Child> starter;
    private final List<Child> processes = new ArrayList<>();
    private @Nullable String providerPort;

    /** Starts all of them, without waiting for them to be ready. */
    Nodes(int count, Function<String, Child> starter) {
        this.starter = starter;
        for (int i = 1; i <= count; i++) {
            processes.add(starter.apply(count == 1 ? "node" : "node-" + i));
        }
    }

    /** Sends all of them to work, also those that come later: they start beside the provider and are told its port. */
    void work(String port) {
        providerPort = port;
        processes.forEach(node -> node.tell(port));
    }

    int count() {
        return processes.size();
    }

    int ready() {
        return (int) processes.stream().filter(Child::isReady).count();
    }

    /** Whether one can be killed and leave somebody at work, if there are several. */
    boolean canLoseOne() {
        return ready() >= Math.min(2, count());
    }

    /**
     * Chooses one that is ready.
     *
     * @param busy those with orders, one of which it is if possible: nobody would miss another
     * @param chance decides
     * @return the victim
     */
    Child choose(Set<UUID> busy, RandomGenerator chance) {
        List<Child> ready = processes.stream().filter(Child::isReady).toList();
        List<Child> missed = ready.stream().filter(node -> busy.contains(idOf(node))).toList();
        List<Child> candidates = missed.isEmpty() ? ready : missed;
        return candidates.get(chance.nextInt(candidates.size()));
    }

    /** Under which id the engine of a process that is ready works. */
    static UUID idOf(Child node) {
        return UUID.fromString(node.whenReady());
    }

    /** Starts another one in the place of one that is dead. */
    void replace(Child dead) {
        Child next = starter.apply(dead.role());
        processes.set(processes.indexOf(dead), next);
        if (providerPort != null) {
            next.tell(providerPort);
        }
    }

    /** Asks all of them to stop, which they must. */
    void stop() throws DemoFailure, InterruptedException {
        processes.forEach(node -> node.tell("stop"));
        for (Child node : processes) {
            if (!node.awaitEnd(STOPPING)) {
                throw new DemoFailure("The " + node.role() + " was asked to stop and did not within "
                        + STOPPING.toSeconds() + " s. The end of its log:\n" + node.lastWords());
            }
            if (node.exitCode() != 0) {
                throw new DemoFailure("The " + node.role() + " was asked to stop and ended with exit code "
                        + node.exitCode() + ". The end of its log:\n" + node.lastWords());
            }
        }
    }

    /** The ends of their logs. */
    String lastWords() {
        StringBuilder text = new StringBuilder();
        for (Child node : processes) {
            text.append("The end of the log of the ").append(node.role()).append(":\n").append(node.lastWords())
                    .append('\n');
        }
        return text.toString();
    }
}
