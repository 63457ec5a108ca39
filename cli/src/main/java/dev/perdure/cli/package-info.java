// SPDX-License-Identifier: Apache-2.0

/**
 * Reads and steers runs from a terminal: where the command line becomes a command, and its failure a line and an exit
 * code.
 */
@NullMarked
package dev.perdure.cli;

import org.jspecify.annotations.NullMarked;
