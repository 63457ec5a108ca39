// SPDX-License-Identifier: Apache-2.0
/** Cron expressions for schedules, by cron-utils. Only wall clocks are left to it; see {@link dev.perdure.Rhythm}. */
@NullMarked
package dev.perdure.cron;

import org.jspecify.annotations.NullMarked;
