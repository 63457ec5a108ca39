// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.Timer;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import java.time.Duration;
import java.util.Optional;

/**
 * Waiting for people. An expense is reminded of once, decided by whoever answers first, and refused when nobody does: a
 * signal with a time-out, and a select over two signals and a timer.
 */
public final class Approval {

    static final Workflow<Expense, String> APPROVAL = Workflow.named("approval", Expense.class, String.class);

    private final Duration untilReminder;
    private final Duration untilRefusal;

    Approval(Duration untilReminder, Duration untilRefusal) {
        this.untilReminder = untilReminder;
        this.untilRefusal = untilRefusal;
    }

    record Expense(String employee, long cents) {
    }

    record Decision(String by, boolean approved) {
    }

    String run(WorkflowContext ctx, Expense expense) {
        // snippet:approval-receive
        Signals<Decision> decisions = ctx.signals("decision", Decision.class);
        Optional<Decision> early = decisions.receive(untilReminder);
        if (early.isPresent()) {
            return told(early.get());
        }
        // end
        ctx.step("remind", step -> System.out.println("reminding the manager of " + expense.employee()));

        // snippet:approval-select
        Signals<String> withdrawals = ctx.signals("withdraw", String.class);
        Timer deadline = ctx.timer(untilRefusal);
        Selection first = ctx.select(decisions, withdrawals, deadline);
        if (first.is(decisions)) {
            deadline.cancel();
            return told(first.value(decisions));
        }
        if (first.is(withdrawals)) {
            deadline.cancel();
            return "withdrawn: " + first.value(withdrawals);
        }
        return "refused: nobody decided by " + deadline.deadline();
        // end
    }

    private static String told(Decision decision) {
        return (decision.approved() ? "approved by " : "refused by ") + decision.by();
    }

    /**
     * Approves one expense and lets another one run out of time.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Approval approval = new Approval(Duration.ofMillis(300), Duration.ofMillis(700));
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(APPROVAL, approval::run).start()) {
            RunHandle<String> taxi = engine.start(APPROVAL, "taxi", new Expense("Ada", 2_350));
            RunHandle<String> yacht = engine.start(APPROVAL, "yacht", new Expense("Grace", 98_000_000));
            // snippet:approval-signal
            engine.signal("taxi", "decision", new Decision("Charles", true));
            // end
            System.out.println("taxi: " + taxi.result());
            System.out.println("yacht: " + yacht.explain());
            System.out.println("yacht: " + yacht.result());
        }
    }
}
