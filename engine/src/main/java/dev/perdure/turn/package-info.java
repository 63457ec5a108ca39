// SPDX-License-Identifier: Apache-2.0

/**
 * One run thinking: hears an arrival, lets fibers run until blocked, returns what the code said. Pure: no clock, no
 * store, no threads but its fibers.
 */
@NullMarked
package dev.perdure.turn;

import org.jspecify.annotations.NullMarked;
