// SPDX-License-Identifier: Apache-2.0

/** The commands about what runs share: events, queues, schedules. */
@NullMarked
package dev.perdure.cli.shared;

import org.jspecify.annotations.NullMarked;
