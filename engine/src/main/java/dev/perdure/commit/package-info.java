// SPDX-License-Identifier: Apache-2.0
/**
 * Making many small promises durable at once: group commit.
 *
 * <p>Everybody hands in one {@link dev.perdure.commit.Commit} at a time. Who finds that nobody writes and nobody waits
 * writes its commit itself, at once. Everything else gathers, and a thread of its own writes whatever has gathered
 * while the last batch was being written: under light load a batch is one commit and changes hands nowhere; under heavy
 * load batches grow by themselves and the cost of reaching the disk is shared. There is no timer and nothing to tune.
 *
 * <pre>
 *   runs ─► queue ─► [ batch n+1 gathers ]      store.write(batch n)  ─► durable: release what each was waiting for
 * </pre>
 *
 * <p>What may have to wait for a stranger's transaction (a run started under a chosen name, say) goes a way of its own,
 * one transaction each, so that only it waits.
 *
 * <p><b>Invariant:</b> a commit is told {@code done} only after the store has said that it is durable, and exactly one
 * of {@code done} and {@code failed} is told, once. Commits of one caller are written in the order in which it handed
 * them in.
 *
 * <p><b>When the store fails.</b> A batch that could not be written, or of which nobody knows, is sent again: every
 * write is recognised by its keys. A batch that is refused for its content is halved until the culprit is alone; its
 * neighbours land.
 */
@NullMarked
package dev.perdure.commit;

import org.jspecify.annotations.NullMarked;
