// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.PerdureException;
import org.jspecify.annotations.Nullable;

/** The store could not do what was asked. */
public class StoreException extends PerdureException {

    private static final long serialVersionUID = 1L;

    /** What became of the change that failed. */
    public enum Effect {
        /**
         * Nothing was written, and trying again later may succeed: the disk is full, the database is locked or away.
         */
        NOTHING_RETRY,
        /** Nothing was written, and the same will fail again: the content is at fault. */
        NOTHING_REFUSED,
        /** Nobody knows. Sending it again is safe. */
        UNKNOWN
    }

    private final Effect effect;

    /**
     * Reports what the backend said.
     *
     * @param code see {@link PerdureException#code()}
     * @param message which file or server, what it said, what to do
     * @param effect what became of the change
     * @param cause the backend's own exception, or null
     */
    public StoreException(String code, String message, Effect effect, @Nullable Throwable cause) {
        super(code, message, cause);
        this.effect = effect;
    }

    /**
     * What an engine answers that has been closed, or is closed meanwhile, and has not written what it was given.
     *
     * @return code {@code engine_closed}
     */
    public static StoreException engineClosed() {
        return new StoreException("engine_closed", "this engine has been closed; nothing was written. Use another "
                + "engine, or Client.connect(store)", Effect.NOTHING_RETRY, null);
    }

    /**
     * What stands for a store that has thrown something else, which no store may.
     *
     * @param defect what it threw
     * @return code {@code store_defect}
     */
    public static StoreException defect(Throwable defect) {
        return new StoreException("store_defect", "the store failed with " + defect
                + ", which is a defect of the store. Report it with this trace", Effect.NOTHING_REFUSED, defect);
    }

    /**
     * Whether somebody else has locked what was to be written.
     *
     * @return true for code {@code store_locked}
     */
    public final boolean isLocked() {
        return "store_locked".equals(code());
    }

    /**
     * What became of the change.
     *
     * @return whether it is worth trying again
     */
    public final Effect effect() {
        return effect;
    }
}
