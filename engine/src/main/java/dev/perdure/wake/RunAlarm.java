// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.world.Alarms;
import org.jspecify.annotations.Nullable;

/** Wakes one live run when the next of its timers is due. Only the run's driver touches it. */
final class RunAlarm {

    private final Alarms alarms;
    private final Mailbox mailbox;
    private Alarms.@Nullable Alarm alarm;
    private long setFor = Long.MAX_VALUE;

    RunAlarm(Alarms alarms, Mailbox mailbox) {
        this.alarms = alarms;
        this.mailbox = mailbox;
    }

    /** Sets the alarm, if it is not set for that time already; {@link Long#MAX_VALUE} for none. */
    void set(long due) {
        if (due != setFor) {
            cancel();
            setFor = due;
            if (due != Long.MAX_VALUE) {
                // Any mail will do: when it is read the run looks at its timers.
                alarm = alarms.set(due, () -> mailbox.post(() -> setFor = Long.MAX_VALUE));
            }
        }
    }

    void cancel() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
    }
}
