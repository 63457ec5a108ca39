// SPDX-License-Identifier: Apache-2.0

/**
 * The shop that the demo runs: its orders, its checkout workflow, and the processes that work together on it.
 *
 * <pre>
 *                        database (journals, inbox): orders.db, or a PostgreSQL
 *   coordinator ──start──▶ │ ▲ ◀──signal── warehouse ──▶ warehouse.jsonl
 *    (kills nodes)         ▼ │
 *                       node(s) ──HTTP──▶ payment provider ──▶ ledger.jsonl
 *                          └──▶ stock.jsonl, shipments.jsonl, outbox.jsonl
 * </pre>
 *
 * <p>Everything that happens to the world is a line in one of the five books on the right; the check at the end of the
 * demo reads these and nothing else.
 */
@NullMarked
package dev.perdure.examples.demo.shop;

import org.jspecify.annotations.NullMarked;
