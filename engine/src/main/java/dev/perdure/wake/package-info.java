// SPDX-License-Identifier: Apache-2.0
/**
 * Who moves next: ready runs, timers, inbox, claims, the cache of live runs.
 *
 * <p>{@link dev.perdure.wake.Dispatcher} looks for runs that could move and takes them; each run in memory has a
 * {@link dev.perdure.wake.RunKeeper}, which does everything for it, one thing at a time:
 *
 * <pre>
 *   mail (answers of steps, messages, alarms, "your commit is durable")
 *     └─► keeper ── hear ──► turn.LiveRun ── said ──► draft ──► commit.GroupCommitter
 *            ▲                                                        │ durable
 *            └── answers ◄── step.Attempting ◄── release steps ◄──────┘
 * </pre>
 *
 * <p>A keeper has no thread. Whoever brings mail to a keeper that nobody drives drives it, on a virtual thread; when
 * the mail is empty the thread is free again. A step's own thread drives when the step has answered, and the thread
 * that is told of a durable commit goes on to carry out the step that this released: ten steps in a row cost ten
 * virtual threads, not more.
 *
 * <p><b>Invariants.</b> One commit of a run is under way at a time. What the code has asked for is released only when
 * everything it had heard is durable. A run that leaves memory has nothing undurable, and no local step under way. A
 * message is consumed by the commit that carries what was said to it, never before.
 */
@NullMarked
package dev.perdure.wake;

import org.jspecify.annotations.NullMarked;
