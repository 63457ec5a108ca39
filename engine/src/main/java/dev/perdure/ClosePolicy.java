// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/** What becomes of a child run that is still going on when its parent ends, in whatever way. */
public enum ClosePolicy {
    /** It is asked to stop, and may clean up. */
    CANCEL,
    /** It is stopped without asking. */
    TERMINATE,
    /** It goes on. */
    ABANDON
}
