// SPDX-License-Identifier: Apache-2.0

/**
 * Any bytes are a program: workflows made of random bytes, told by random fates, on the real engine. The engine's
 * threads are puppets of a world that moves one of them at a time, so a seed is a history to the letter.
 *
 * <p>A {@code Program} is data: {@code Sower} makes it of bytes, {@code Printer} shows it, {@code Actor} plays it.
 * {@code Stage} is one run of it over any number of engines on a {@code Disk}; {@code Trial} says what must hold.
 */
@NullMarked
package dev.perdure.proof.fuzz;

import org.jspecify.annotations.NullMarked;
