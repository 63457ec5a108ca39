// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.RunStatus;
import dev.perdure.journal.Wait;
import dev.perdure.store.RunRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A run as the store sees it at one moment.
 *
 * @param runId its name
 * @param incarnation this life under the name
 * @param workflow the name of its workflow
 * @param status where it stands
 * @param createdAt when it was started
 * @param changedAt when the status last changed
 * @param wakeAt when it moves if nothing comes before
 * @param waits what it waits for while suspended
 * @param problem why it is stuck, or how it was terminated; empty otherwise
 * @param owner the node that moves it
 * @param recoveries how often its node has ended under it since it last moved
 * @param unread for a finished run: signals that nobody received
 */
public record RunView(String runId, UUID incarnation, String workflow, RunStatus status, Instant createdAt,
        Instant changedAt, Optional<Instant> wakeAt, List<Wait> waits, String problem, Optional<UUID> owner,
        int recoveries, int unread) {

    static RunView of(RunRow row) {
        return new RunView(row.runId(), row.incarnation(), row.workflow(), row.status(),
                Instant.ofEpochMilli(row.createdAt()), Instant.ofEpochMilli(row.changedAt()),
                row.wakeAt() == Long.MAX_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(row.wakeAt())),
                Wait.parse(row.waiting()), row.problem(), Optional.ofNullable(row.owner()), row.recoveries(),
                row.unread());
    }
}
