// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.RunStatus;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The small, changing part of a run.
 *
 * @param runId the name
 * @param incarnation this life under the name
 * @param chain the first incarnation of its chain
 * @param workflow the name of the workflow
 * @param status where it stands
 * @param wakeAt when it must move if nothing comes before, in milliseconds since 1970, or {@link Long#MAX_VALUE}
 * @param waiting what it waits for, as {@link dev.perdure.journal.Wait#format} writes it; empty while it runs
 * @param problem why it is stuck, or how it was terminated; empty otherwise
 * @param owner the node that moves it, or null
 * @param recoveries how often its owner was ended by a node that came after it, since the run last said where it stands
 * @param unread for a finished run: how many signals nobody received; otherwise 0
 * @param createdAt milliseconds since 1970
 * @param changedAt when the status last changed, in milliseconds since 1970
 * @param queue the queue it waits in when it cannot move at once; empty for none
 */
public record RunRow(String runId, UUID incarnation, UUID chain, String workflow, RunStatus status, long wakeAt,
        String waiting, String problem, @Nullable UUID owner, int recoveries, int unread, long createdAt,
        long changedAt, String queue) {

    /**
     * The row of a run in no queue.
     *
     * @param runId see above
     * @param incarnation see above
     * @param chain see above
     * @param workflow see above
     * @param status see above
     * @param wakeAt see above
     * @param waiting see above
     * @param problem see above
     * @param owner see above
     * @param recoveries see above
     * @param unread see above
     * @param createdAt see above
     * @param changedAt see above
     */
    public RunRow(String runId, UUID incarnation, UUID chain, String workflow, RunStatus status, long wakeAt,
            String waiting, String problem, @Nullable UUID owner, int recoveries, int unread, long createdAt,
            long changedAt) {
        this(runId, incarnation, chain, workflow, status, wakeAt, waiting, problem, owner, recoveries, unread,
                createdAt, changedAt, "");
    }

    /**
     * The row of a run that has just been made.
     *
     * @param run what it was started with
     * @param owner the node that moves it, or null
     * @return not started yet
     */
    public static RunRow of(NewRun run, @Nullable UUID owner) {
        return new RunRow(run.runId(), run.incarnation(), run.chain(), run.workflow(), RunStatus.QUEUED, run.startAt(),
                "", "", owner, 0, 0, run.createdAt(), run.createdAt(), run.ticket().queue());
    }

    /**
     * The row of a run that has just been made and is moved at once by its owner.
     *
     * @param run what it was started with
     * @param owner the node that moves it
     * @return running
     */
    public static RunRow kept(NewRun run, UUID owner) {
        return new RunRow(run.runId(), run.incarnation(), run.chain(), run.workflow(), RunStatus.RUNNING,
                Long.MAX_VALUE, "", "", owner, 0, 0, run.createdAt(), run.createdAt(), run.ticket().queue());
    }

    /**
     * The row after a node has claimed the run.
     *
     * @param node the new owner
     * @param now milliseconds since 1970
     * @return running if it was queued, else as it was
     */
    public RunRow claimed(UUID node, long now) {
        boolean begins = status == RunStatus.QUEUED;
        return new RunRow(runId, incarnation, chain, workflow, begins ? RunStatus.RUNNING : status,
                begins ? Long.MAX_VALUE : wakeAt, waiting, problem, node, recoveries, unread, createdAt,
                begins ? now : changedAt, queue);
    }

    /**
     * The row after its owner has said where the run stands.
     *
     * @param state what was said
     * @param unreadSignals for a finished run: how many signals nobody received
     * @return a new row; without an owner if the run has finished, is stuck or is let go
     */
    public RunRow after(RunState state, int unreadSignals) {
        return new RunRow(runId, incarnation, chain, workflow, state.status(), state.wakeAt(), state.waiting(),
                state.problem(), state.keepsOwner() ? owner : null, 0, unreadSignals, createdAt,
                state.status() == status ? changedAt : state.at(), queue);
    }
}
