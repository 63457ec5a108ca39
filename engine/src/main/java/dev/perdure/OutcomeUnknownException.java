// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/**
 * An at-most-once step was cut off by a crash, so nobody knows whether it happened; it is not tried again. Thrown to
 * the workflow, live and on replay. Look at the other side (was the payment made?) and go on from there.
 */
public final class OutcomeUnknownException extends PerdureException {

    private static final long serialVersionUID = 1L;

    private final String step;

    /**
     * For the engine.
     *
     * @param step the step's name
     */
    public OutcomeUnknownException(String step) {
        super("outcome_unknown", "at-most-once step '" + step
                + "' was cut off before its outcome was known, and is not tried again. Find out on the other side "
                + "whether it happened, and go on from there", null);
        this.step = step;
    }

    /**
     * Which step.
     *
     * @return its name
     */
    public String step() {
        return step;
    }
}
