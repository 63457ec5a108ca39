// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

/** Another engine has the store, and only one may. Nothing was written. */
public final class StoreInUseException extends StoreException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports the other engine.
     *
     * @param message which file, who has it as far as known, what to do
     */
    public StoreInUseException(String message) {
        super("store_in_use", message, Effect.NOTHING_REFUSED, null);
    }
}
