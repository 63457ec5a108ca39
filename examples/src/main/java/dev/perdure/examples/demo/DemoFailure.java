// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

/**
 * The demo could not be carried out: something died, hung or was refused. The message is for the user, several lines if
 * need be.
 */
final class DemoFailure extends Exception {

    private static final long serialVersionUID = 1L;

    DemoFailure(String message) {
        super(message);
    }
}
