// SPDX-License-Identifier: Apache-2.0
/**
 * What starts runs on a calendar. A schedule is itself a run, of a workflow that every engine brings along, and this is
 * its code: it waits for the next tick, starts a child under the id of the tick, and waits again. So that a tick is
 * never lost and never doubled, whoever dies, needs no word here: the child and the progress of the schedule are one
 * unit of its journal, which one node at a time may write.
 *
 * <pre>
 *  client                      the schedule's run                     runs of its ticks
 *  put ────────── starts ────▶ waits for the next tick ─── starts ──▶ nightly:2026-11-22T01:30:00Z
 *  pause, resume,               ▲        │                                  │
 *  trigger, … ──── signal ──────┘        └── publishes where it stands      └─ ends: a message, as every child's
 * </pre>
 *
 * <p>Says everything in the words of {@link dev.perdure.WorkflowContext} and knows neither clock nor store.
 */
@NullMarked
package dev.perdure.schedule;

import org.jspecify.annotations.NullMarked;
