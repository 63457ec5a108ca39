// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import org.jspecify.annotations.Nullable;

/** A value whose class is not the one the definition declares. Thrown before anything is written. */
public final class WrongTypeException extends PerdureException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports the value's class.
     *
     * @param what where the value was given: "the input of workflow 'checkout'"
     * @param declared the declared type
     * @param value the value given, of which only the class is shown
     */
    public WrongTypeException(String what, TypeRef<?> declared, @Nullable Object value) {
        super("wrong_type", what + " is declared as " + declared + ", but a "
                + (value == null ? "null" : value.getClass().getName())
                + " was given. Pass the declared type or change the definition", null);
    }
}
