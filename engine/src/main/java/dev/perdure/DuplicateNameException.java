// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/** Two registrations under one name. Thrown when the engine is built, before anything runs. */
public final class DuplicateNameException extends PerdureException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports the name.
     *
     * @param what what was registered twice: "workflow", "query", …
     * @param name the name
     */
    public DuplicateNameException(String what, String name) {
        super("duplicate_name", "there is already a " + what + " named '" + name
                + "' here. Names identify code in the journal, so each may stand for one thing only: "
                + "rename one of them", null);
    }
}
