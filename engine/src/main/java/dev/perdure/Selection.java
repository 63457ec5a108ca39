// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came first. Exactly one branch has won; the others have yielded nothing and lost nothing.
 *
 * {@snippet :
 * Signals<Approval> approvals = ctx.signals("approval", Approval.class);
 * Timer deadline = ctx.timer(Duration.ofDays(3));
 * Selection first = ctx.select(approvals, deadline);
 * if (first.is(approvals)) {
 *     Approval approval = first.value(approvals);
 * }
 * }
 */
public interface Selection {

    /**
     * Whether this branch has won.
     *
     * @param branch one of those given to select
     * @return true for exactly one of them
     */
    boolean is(Selectable<?> branch);

    /**
     * What the winner yielded.
     *
     * @param winner the branch for which {@link #is} holds
     * @param <T> its type
     * @return its value; null if that is its value
     * @throws StepFailedException or whatever else a failed promise throws
     * @throws ContextMisuseException if another branch has won
     */
    <T> @Nullable T value(Selectable<T> winner);

    /**
     * The position of the winner among the arguments of select.
     *
     * @return from 0
     */
    int index();

    /**
     * The promises among the other branches that are still open.
     *
     * @return in the order given to select
     */
    List<Promise<?>> pending();

    /** Cancels every promise in {@link #pending()}. */
    default void cancelPending() {
        pending().forEach(Promise::cancel);
    }
}
