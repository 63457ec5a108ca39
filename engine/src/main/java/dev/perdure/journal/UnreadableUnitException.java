// SPDX-License-Identifier: Apache-2.0
package dev.perdure.journal;

import dev.perdure.PerdureException;

/** A unit of a journal is damaged, or was written by a newer version. Its run becomes stuck; others go on. */
public final class UnreadableUnitException extends PerdureException {

    private static final long serialVersionUID = 1L;

    UnreadableUnitException(long seq, IllegalArgumentException cause) {
        super("unreadable_unit", "the journal cannot be read at entry " + seq + ": " + cause.getMessage()
                + ". If a newer version of Perdure wrote it, run this workflow there; otherwise restore the database "
                + "from a backup and redrive the run", cause);
    }
}
