// SPDX-License-Identifier: Apache-2.0
/**
 * How code is paused and resumed: virtual threads that move one at a time. Knows nothing of workflows.
 *
 * <p>A {@link dev.perdure.fiber.FiberGroup} has one baton. Whoever holds it moves: the driver (the thread that called
 * {@link dev.perdure.fiber.FiberGroup#run}) or one {@link dev.perdure.fiber.Fiber}. A fiber that parks passes the baton
 * to the next one that can move, directly, without going through the driver:
 *
 * <pre>
 *   driver ──run()──► fiber A ──park()──► fiber B ──park()──► (nobody can move: ask the idle hook)
 *     ▲                                                           │ it woke A: A moves on
 *     └──────────────────── it had nothing: back to the driver ◄──┘
 * </pre>
 *
 * <p>When nobody can move, the fiber that parks last asks the <em>idle hook</em> itself. If the hook wakes that same
 * fiber, it simply goes on: a journal of ten thousand steps is replayed on one thread without a single switch.
 *
 * <p><b>Invariant:</b> between two hand-overs exactly one thread moves, and the hand-over is a volatile write read by
 * the next holder. So fibers share ordinary objects safely.
 */
@NullMarked
package dev.perdure.fiber;

import org.jspecify.annotations.NullMarked;
