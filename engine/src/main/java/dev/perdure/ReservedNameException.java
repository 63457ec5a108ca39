// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/** A name that begins with the prefix kept for Perdure itself. Thrown before anything is written. */
public final class ReservedNameException extends PerdureException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports the name.
     *
     * @param what what was being named
     * @param name the name
     */
    public ReservedNameException(String what, String name) {
        super("reserved_name", "the " + what + " name '" + name + "' begins with '" + Names.RESERVED
                + "', which is reserved for Perdure itself. Choose another prefix", null);
    }
}
