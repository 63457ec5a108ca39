// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

/** What was measured cannot be trusted: a count that must agree does not, a second process died, work failed. */
public final class BrokenMeasurementException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BrokenMeasurementException(String message) {
        super(message);
    }

    public BrokenMeasurementException(String message, Throwable cause) {
        super(message, cause);
    }
}
