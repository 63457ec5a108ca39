// SPDX-License-Identifier: Apache-2.0
package dev.perdure.fiber;

/**
 * Takes a fiber off its stack without an outcome. An {@code Error}, so that {@code catch (Exception e)} lets it pass;
 * whoever catches it all the same meets it again at the next call. Has no trace: nothing went wrong.
 */
public final class Unwinding extends Error {

    private static final long serialVersionUID = 1L;

    /** The only one; it carries nothing. */
    public static final Unwinding INSTANCE = new Unwinding();

    private Unwinding() {
        super("this fiber leaves memory; whatever it still does is not recorded", null, false, false);
    }
}
