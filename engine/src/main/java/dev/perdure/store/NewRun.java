// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a run is started with. Written once, never changed.
 *
 * @param runId the name
 * @param incarnation this life under the name
 * @param chain the first incarnation of the chain it belongs to; itself unless it continues another
 * @param workflow the name of the workflow
 * @param input the input
 * @param headers handed to the code as they are
 * @param attributes to list and filter by
 * @param createdAt milliseconds since 1970
 * @param startAt when to take the first turn, in milliseconds since 1970
 * @param previous the incarnation it continues, or null
 * @param parent who hears of its end, or null if it was not started by a run
 * @param ticket where it stands in line
 */
public record NewRun(String runId, UUID incarnation, UUID chain, String workflow, Payload input,
        Map<String, String> headers, Map<String, String> attributes, long createdAt, long startAt,
        @Nullable UUID previous, @Nullable Parent parent, Ticket ticket) {

    /**
     * A run that waits in no queue.
     *
     * @param runId see above
     * @param incarnation see above
     * @param chain see above
     * @param workflow see above
     * @param input see above
     * @param headers see above
     * @param attributes see above
     * @param createdAt see above
     * @param startAt see above
     * @param previous see above
     * @param parent see above
     */
    public NewRun(String runId, UUID incarnation, UUID chain, String workflow, Payload input,
            Map<String, String> headers, Map<String, String> attributes, long createdAt, long startAt,
            @Nullable UUID previous, @Nullable Parent parent) {
        this(runId, incarnation, chain, workflow, input, headers, attributes, createdAt, startAt, previous, parent,
                Ticket.NONE);
    }

    /**
     * A run that was not started by a run and waits in no queue.
     *
     * @param runId see above
     * @param incarnation see above
     * @param chain see above
     * @param workflow see above
     * @param input see above
     * @param headers see above
     * @param attributes see above
     * @param createdAt see above
     * @param startAt see above
     * @param previous see above
     */
    public NewRun(String runId, UUID incarnation, UUID chain, String workflow, Payload input,
            Map<String, String> headers, Map<String, String> attributes, long createdAt, long startAt,
            @Nullable UUID previous) {
        this(runId, incarnation, chain, workflow, input, headers, attributes, createdAt, startAt, previous, null);
    }

    /**
     * Whether somebody has chosen the name, so that somebody else may choose the same.
     *
     * @return false for one that was made up, which is the incarnation's id
     */
    public boolean hasChosenName() {
        return !runId.equals(incarnation.toString());
    }
}
