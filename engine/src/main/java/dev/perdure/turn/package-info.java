// SPDX-License-Identifier: Apache-2.0
/**
 * One run thinking: hears an arrival, lets fibers run until all are blocked, returns what the code said.
 *
 * <p><b>Pure.</b> No clock, no store, no thread but the run's own fibers: the same journal and the same code give the
 * same turns on any machine at any time. What the code gets live is what it gets on replay, because both go through the
 * same lines here.
 *
 * <p><b>A turn</b> begins with one arrival. It settles something (a step's outcome, a timer, a signal), which wakes
 * fibers; they move until none can. What they decided on the way is said as commands. Arrival and commands are one
 * {@link dev.perdure.journal.Unit}.
 *
 * <p><b>Replay</b> feeds the journal's units instead. In each turn the code must say the commands of that unit, no more
 * and no less; an answer must find the code asking at that position for that kind and name. Anything else sticks the
 * run with a {@link dev.perdure.turn.Report} that shows both sides.
 *
 * <pre>
 *   LiveRun            the run: hears, replays, keeps what is open
 *     Strand           one fiber with its position counter, its random stream, its cancellation
 *     RunContext       what workflow code holds; asks through its strand
 *     Script           the commands of the turn: said live, compared on replay
 *     Open…            what waits for an answer: a step, a timer
 *     Live…            promises, timers, signals, channels
 * </pre>
 *
 * <p><b>What takes a position and what does not.</b> Steps, sleeps, timers, receives, side effects, published values
 * and timed waits take the next position of their fiber. {@code now}, {@code random}, {@code async}, {@code select},
 * {@code tryReceive}, untimed {@code await}, channels and {@code version} do not: they follow from what was heard.
 */
@NullMarked
package dev.perdure.turn;

import org.jspecify.annotations.NullMarked;
