// SPDX-License-Identifier: Apache-2.0
/**
 * Where journals live: what a backend must promise, and {@link dev.perdure.store.MemoryStore}, the reference.
 *
 * <p>A {@link dev.perdure.store.Store} is a set of rows and one way to change them:
 * {@link dev.perdure.store.Store#write}, which takes a batch of {@link dev.perdure.store.Write writes} and makes all
 * of them durable together. Each write is one sentence of the engine (advance this run, send this message, start that
 * run) and is judged apart: one that is refused leaves its neighbours alone.
 *
 * <p>Three kinds of rows belong to a run: its <em>row</em>, which is small and changes
 * ({@link dev.perdure.store.RunRow}); what it was started with, which never changes
 * ({@link dev.perdure.store.NewRun}); and its journal, which only grows. Beside them stands the <em>inbox</em>:
 * messages sent to a run and not yet in its journal. The unread inbox is also the wake queue.
 *
 * <p>A journal has one writer: the node that owns the run. Everybody else writes to the inbox only. Stores never look
 * at a clock: whoever calls tells the time.
 */
@NullMarked
package dev.perdure.store;

import org.jspecify.annotations.NullMarked;
