// SPDX-License-Identifier: Apache-2.0

/** Reads and steers runs from a terminal. */
@NullMarked
package dev.perdure.cli;

import org.jspecify.annotations.NullMarked;
