// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/**
 * A step failed for good: its last allowed attempt threw. Thrown to the workflow, which may catch it and compensate;
 * the same live and on replay.
 */
public final class StepFailedException extends FailedException {

    private static final long serialVersionUID = 1L;

    private final String step;
    private final int attempts;

    /**
     * For the engine.
     *
     * @param step the step's name
     * @param attempts how many attempts were made
     * @param failure what the last one threw
     * @param payloads reads the details
     */
    public StepFailedException(String step, int attempts, Failure failure, Payloads payloads) {
        super("step_failed", "step '" + step + "' failed after " + attempts
                + (attempts == 1 ? " attempt: " : " attempts: ") + failure.summary(), failure, payloads);
        this.step = step;
        this.attempts = attempts;
    }

    /**
     * Which step.
     *
     * @return its name
     */
    public String step() {
        return step;
    }

    /**
     * How often it was tried.
     *
     * @return at least 1
     */
    public int attempts() {
        return attempts;
    }
}
