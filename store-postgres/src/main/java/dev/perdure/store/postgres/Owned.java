// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import java.util.UUID;

/**
 * What a store knows of a run that its node owns, so that it need not ask. It stays true as long as the node's fence is
 * there, because nobody else may change an owned run.
 *
 * @param node the owner
 * @param runId the run's name
 * @param chain its chain
 * @param lastSeq the last entry of its journal
 */
record Owned(UUID node, String runId, UUID chain, long lastSeq) {

    Owned upTo(long seq) {
        return new Owned(node, runId, chain, seq);
    }
}
