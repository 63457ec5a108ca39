// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.journal.Arrival;
import dev.perdure.journal.Position;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the code has asked of the world and has no answer to yet: open steps, timers, children, and what others were
 * asked by name.
 *
 * <p>Invariant: a position is answered once. Answering, closing and cancelling all remove it here, so whatever comes
 * for it later finds nothing and is dropped before it is journaled.
 */
final class Agenda {

    private final Map<Position, OpenStep> steps = new LinkedHashMap<>();
    private final Map<Position, OpenTimer> timers = new LinkedHashMap<>();
    private final PriorityQueue<OpenTimer> dues = new PriorityQueue<>();
    private List<OpenStep> unreleased = new ArrayList<>(2);
    private final Set<OpenStep> withdrawn = new HashSet<>(0);
    private int timersOpened;
    private final Children children = new Children();
    private final Exchange exchange = new Exchange();

    // ---- asked and answered ----

    void open(OpenStep step) {
        steps.put(step.at(), step);
        unreleased.add(step);
    }

    void open(OpenTimer timer) {
        timer.isNumber(timersOpened++);
        timers.put(timer.at(), timer);
        dues.add(timer);
    }

    void close(OpenTimer timer) {
        timer.close();
        timers.remove(timer.at(), timer);
    }

    void withdraw(OpenStep step) {
        step.withdraw();
        withdrawn.add(step);
    }

    boolean awaits(Arrival.Answer answer) {
        return switch (answer) {
            case Arrival.TimerFired fired -> timers.containsKey(fired.at());
            case Arrival.ChildCompleted completed -> children.isOpen(completed.at());
            case Arrival.ChildFailed failed -> children.isOpen(failed.at());
            case Arrival.SignalDelivered delivered -> exchange.isOpen(delivered.at());
            case Arrival.SignalRefused refused -> exchange.isOpen(refused.at());
            case Arrival.FactLearned learned -> exchange.isOpen(learned.at());
            default -> steps.containsKey(answer.at());
        };
    }

    /** Whether an answer is awaited, and by what has its name. */
    boolean expects(Arrival.Answer answer) {
        // A timer has no name of its own, and may limit the wait for something that has one.
        String name = answer instanceof Arrival.TimerFired ? null : nameAt(answer.at());
        return awaits(answer) && (name == null || name.equals(answer.name()));
    }

    /** The step, child or other question that waits for an answer, in words; null if there is none. */
    @Nullable String awaitedAt(Position at) {
        String name = nameAt(at);
        if (name == null || exchange.isOpen(at)) {
            return exchange.awaitedAt(at);
        }
        return (steps.containsKey(at) ? "step '" : "child '") + name + "'";
    }

    private @Nullable String nameAt(Position at) {
        OpenStep step = steps.get(at);
        return step != null ? step.spec().name() : exchange.isOpen(at) ? exchange.nameAt(at) : children.nameAt(at);
    }

    Exchange exchange() {
        return exchange;
    }

    Children children() {
        return children;
    }

    boolean awaitsTransaction(Position at, String name) {
        OpenStep step = steps.get(at);
        return step != null && step.body() instanceof OpenStep.InTransaction && step.spec().name().equals(name);
    }

    /** Gives an answer that is {@linkplain #awaits awaited} to who asked. */
    void answer(Arrival.Answer answer, long now) {
        if (answer instanceof Arrival.TimerFired fired) {
            timers.remove(fired.at()).fire(now);
        } else if (children.isOpen(answer.at())) {
            children.remove(answer.at()).answer(answer);
        } else if (exchange.isOpen(answer.at())) {
            exchange.answer(answer);
        } else {
            steps.remove(answer.at()).answer(answer);
        }
    }

    // ---- taken away by the driver ----

    int steps() {
        return steps.size();
    }

    /**
     * The steps asked for up to an entry that were not handed out before and are still wanted or withdrawn, but not
     * answered.
     */
    List<OpenStep> release(long durableSeq) {
        if (unreleased.isEmpty()) {
            return List.of();
        }
        List<OpenStep> released = new ArrayList<>(unreleased.size());
        List<OpenStep> later = new ArrayList<>(0);
        for (OpenStep step : unreleased) {
            if (steps.get(step.at()) == step) {
                (step.askedSeq() <= durableSeq ? released : later).add(step);
            }
        }
        unreleased = later;
        return released;
    }

    /** The steps withdrawn since this was last asked, in the order in which {@link #release} would hand them out. */
    List<OpenStep> takeWithdrawn() {
        if (withdrawn.isEmpty()) {
            return List.of();
        }
        List<OpenStep> taken = steps.values().stream().filter(withdrawn::contains).toList();
        withdrawn.clear();
        return taken;
    }

    /** Answers for the timers that have come due, earliest first, with the time at which each was due. */
    Map<Arrival.TimerFired, Long> dueTimers(long time) {
        Map<Arrival.TimerFired, Long> due = new LinkedHashMap<>(1);
        while (nextDue() <= time) {
            OpenTimer timer = dues.remove();
            due.put(new Arrival.TimerFired(timer.at()), timer.due());
        }
        return due;
    }

    long nextDue() {
        while (!dues.isEmpty() && dues.peek().isClosed()) {
            dues.remove();
        }
        return dues.isEmpty() ? Long.MAX_VALUE : dues.peek().due();
    }
}
