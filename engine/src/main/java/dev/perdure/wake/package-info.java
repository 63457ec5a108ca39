// SPDX-License-Identifier: Apache-2.0

/** Who moves next: ready runs, leases, timers, inbox, queues, schedules, notifications. */
@NullMarked
package dev.perdure.wake;

import org.jspecify.annotations.NullMarked;
