// SPDX-License-Identifier: Apache-2.0
/**
 * What happened: the only words a journal can say, and how they are encoded.
 *
 * <p>A journal is a sequence of {@link dev.perdure.journal.Unit units}. A unit is one
 * {@link dev.perdure.journal.Arrival}, which the run heard, and the {@link dev.perdure.journal.Command commands} that
 * its code said in the turn that followed. A unit is durable as a whole or not at all, so a crash can only cut whole
 * units from the end, and replay can compare turn by turn.
 */
@NullMarked
package dev.perdure.journal;

import org.jspecify.annotations.NullMarked;
