// SPDX-License-Identifier: Apache-2.0

import dev.perdure.CronReader;
import dev.perdure.cron.CrontabReader;

/** Cron expressions for schedules, by cron-utils. */
module dev.perdure.cron {
    requires transitive dev.perdure.engine;
    requires com.cronutils;
    requires static transitive org.jspecify;

    exports dev.perdure.cron;

    provides CronReader with CrontabReader;
}
