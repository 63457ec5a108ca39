// SPDX-License-Identifier: Apache-2.0
/**
 * Touching the world: runs step bodies, times them out, retries them.
 *
 * <p>A {@link dev.perdure.step.StepCall} says what to do; {@link dev.perdure.step.Attempting} does it, attempt by
 * attempt, until there is an answer for the journal. Every attempt runs on a virtual thread. Exactly one of these ends
 * an attempt, whichever comes first: the body returns or throws, its time is up, or the run is taken away. A single
 * compare-and-set decides, so a late result is dropped and a late interrupt finds a thread that is ending anyway.
 *
 * <p><b>What is remembered.</b> A failed attempt that will be followed by another is told as progress, which is stored
 * in a row of its own and overwritten by the next. Only the answer is journaled. A crash leaves no mark on the count.
 *
 * <p><b>Transactions.</b> A step may be carried out in a transaction of the store's: then its answer is part of that
 * transaction, and comes to its run by way of the inbox. A {@link dev.perdure.step.TransactionTry} is one attempt; of
 * failures and time-outs a {@link dev.perdure.step.CertainCaller} tells only when they are certain.
 */
@NullMarked
package dev.perdure.step;

import org.jspecify.annotations.NullMarked;
