// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

/** Something does not hold; its message says what was expected and what was found. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A thread is still busy: nothing can be tried again beside it. */
    final boolean endless;

    Violation(String message) {
        this(message, false);
    }

    Violation(String message, boolean endless) {
        super(message);
        this.endless = endless;
    }
}
