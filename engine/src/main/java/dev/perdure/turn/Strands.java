// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.Body;
import dev.perdure.CancelledException;
import dev.perdure.DuplicateNameException;
import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.TypeRef;
import dev.perdure.Workflow;
import dev.perdure.WrongTypeException;
import dev.perdure.fiber.Fiber;
import dev.perdure.fiber.FiberGroup;
import dev.perdure.fiber.Unwinding;
import dev.perdure.journal.Command;
import dev.perdure.journal.Wait;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The strands of a run: begins them, runs the user's code on them, and turns what the code comes to into an outcome.
 */
final class Strands {

    private final LiveRun run;
    private final FiberGroup group;
    private final RunContext context;
    private final List<Strand> living = new ArrayList<>(2);

    Strands(LiveRun run, FiberGroup group) {
        this.run = run;
        this.group = group;
        this.context = new RunContext(run);
    }

    RunContext context() {
        return context;
    }

    void beginMain() {
        Strand main = new Strand(run, null, "main");
        begin(main, () -> runMain(main));
    }

    Strand beginBranch(Strand parent, String name, Body<?> body) {
        if (!parent.claimBranch(name)) {
            throw new DuplicateNameException("branch of fiber " + parent.path(), name);
        }
        Strand strand = new Strand(run, parent, parent.path() + "/" + name);
        begin(strand, () -> runBranch(strand, body));
        if (parent.cancelled() != null && !parent.isShielded()) {
            strand.cancel(parent.cancelled());
        }
        return strand;
    }

    private void begin(Strand strand, Runnable body) {
        living.add(strand);
        LiveRun.Plan plan = run.plan();
        Fiber fiber = group.add(plan.runId() + "/" + strand.path(), () -> {
            MDC.put("perdure.run", plan.runId());
            MDC.put("perdure.workflow", plan.workflow().name());
            body.run();
            living.remove(strand);
        });
        fiber.belongsTo(strand);
        strand.begin(fiber);
    }

    @SuppressWarnings("unchecked")
    private void runMain(Strand main) {
        LiveRun.Plan plan = run.plan();
        Command said = null;
        try {
            Object input = run.decode(plan.input(), plan.workflow().input(), () -> "the input of the run");
            Object result = ((Workflow.Body<Object, Object>) plan.body()).run(context, input);
            // On replay, too: a result that cannot be kept fails the run each time.
            said = new Command.RunCompleted(encodeResult(plan, result));
        } catch (Unwinding unwinding) {
            // Leaves memory, or has handed over to a successor: the next lines tell.
        } catch (Throwable thrown) {
            Failure failure = Failure.of(thrown, plan.payloads());
            said = isCancellation(thrown) ? new Command.RunCancelled(failure) : new Command.RunFailed(failure);
        }
        Payload successorInput = run.successorInput();
        if (successorInput != null) {
            said = new Command.RunContinued(context.newUuid(main), successorInput);
        }
        // Unwound, or it caught the unwinding and went on: whatever it came to is not recorded.
        if (said != null && !group.isUnwinding()) {
            try {
                run.end(run.say(said));
            } catch (Unwinding diverged) {
                // The report is in place.
            }
        }
    }

    private static Payload encodeResult(LiveRun.Plan plan, @Nullable Object result) {
        TypeRef<?> type = plan.workflow().output();
        if (!type.accepts(result)) {
            throw new WrongTypeException("the result of workflow '" + plan.workflow().name() + "'", type, result);
        }
        return plan.payloads().encode(result, type);
    }

    private boolean isCancellation(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof CancelledException) {
                return run.cancellation().isReady();
            }
        }
        return false;
    }

    private void runBranch(Strand strand, Body<?> body) {
        try {
            strand.outcome().complete(body.run(context));
        } catch (Unwinding unwinding) {
            // Leaves memory: nobody waits for the outcome any more.
        } catch (Throwable thrown) {
            strand.outcome().fail(thrown);
        }
    }

    /** Asks all strands, or those within one, to stop. */
    void cancel(@Nullable Strand top, String message) {
        for (Strand strand : List.copyOf(living)) {
            if (strand.isMeantBy(top)) {
                strand.cancel(message);
            }
        }
    }

    List<Wait> waits() {
        List<Wait> waits = new ArrayList<>(living.size());
        for (Strand strand : living) {
            Wait wait = strand.presentWait();
            if (wait != null) {
                waits.add(wait);
            }
        }
        return waits;
    }
}
