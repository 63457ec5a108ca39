// SPDX-License-Identifier: Apache-2.0

/**
 * A workflow as data: {@code Sower} makes one of any bytes, {@code Actor} plays it through the same context that users
 * have, {@code Printer} shows it as code, {@code Census} says what is in it. Between them they call everything that a
 * workflow may ask for; of the world in which it is played they know nothing.
 */
@NullMarked
package dev.perdure.proof.fuzz.program;

import org.jspecify.annotations.NullMarked;
