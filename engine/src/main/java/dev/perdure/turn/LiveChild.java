// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.ActivityFailedException;
import dev.perdure.CancelledException;
import dev.perdure.ChildFailedException;
import dev.perdure.ChildRun;
import dev.perdure.Payloads;
import dev.perdure.TypeRef;
import dev.perdure.fiber.Unwinding;
import dev.perdure.journal.Arrival;

/** A child inside a live run. */
final class LiveChild<T> extends LivePromise<T> implements ChildRun<T> {

    private final Child child;
    private final TypeRef<T> output;

    LiveChild(LiveRun run, Child child, TypeRef<T> output) {
        super(run, "child", child.started().name() + " " + child.started().runId());
        this.child = child;
        this.output = output;
    }

    Child child() {
        return child;
    }

    void answer(Arrival.Answer answer) {
        if (answer instanceof Arrival.ChildFailed failed) {
            fail(child.isActivity()
                    ? new ActivityFailedException(failed.name(), runId(), failed.status(), failed.failure(), payloads())
                    : new ChildFailedException(failed.name(), runId(), failed.status(), failed.failure(), payloads()));
        } else if (answer instanceof Arrival.ChildCompleted completed) {
            try {
                complete(run().decode(completed.result(), output, () -> "the result of child '" + runId() + "'"));
            } catch (Unwinding unreadable) {
                // The report is in place, and no fiber moves any more.
            }
        } else {
            throw new IllegalStateException("a child was answered with " + answer);
        }
    }

    private Payloads payloads() {
        return run().plan().payloads();
    }

    @Override
    public String runId() {
        return child.started().runId();
    }

    @Override
    public boolean cancel() {
        if (isReady()) {
            return false;
        }
        run().enter("ChildRun.cancel");
        run().cancel(this);
        fail(new CancelledException("child '" + runId() + "' was cancelled by the code"));
        return true;
    }
}
