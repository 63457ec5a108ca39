// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/** Deliberate faults, which the campaign must find: they are how one knows that it looks. */
enum Fault {
    /** None. */
    NONE,
    /** Effects are released before the commit that they wait for has returned. */
    EFFECTS_EARLY,
    /** A message leaves the inbox before the commit of the turn that heard it. */
    SIGNAL_EARLY,
    /** A step's entry is written before its effect has happened. */
    ENTRY_EARLY;

    /** For the command line. */
    static final class FromText implements ITypeConverter<Fault> {
        @Override
        public Fault convert(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }
}
