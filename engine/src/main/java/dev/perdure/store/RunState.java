// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.RunStatus;

/**
 * Where the owner says a run stands now. A finished or stuck run loses its owner, and a finished one its inbox
 * (unless it is {@code CONTINUED}: then the successor has both) and its attempts. Saying anything also sets
 * {@link RunRow#recoveries} to 0.
 *
 * @param status the new status
 * @param wakeAt when it must move, in milliseconds since 1970, or {@link Long#MAX_VALUE}
 * @param waiting see {@link RunRow#waiting}
 * @param problem see {@link RunRow#problem}
 * @param unread signals heard and not received, for a finished run; the signals left in its inbox are added
 * @param release whether the owner lets go of it
 * @param at milliseconds since 1970
 */
public record RunState(RunStatus status, long wakeAt, String waiting, String problem, int unread, boolean release,
        long at) {

    /**
     * Whether the run is its owner's after this.
     *
     * @return false if it is let go, or moves no more
     */
    public boolean keepsOwner() {
        return !release && !status.hasEnded();
    }
}
