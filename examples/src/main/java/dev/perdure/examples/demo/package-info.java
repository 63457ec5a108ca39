// SPDX-License-Identifier: Apache-2.0

/**
 * The demo, {@code ./perdure demo}: a shop whose nodes are killed again and again, and the proof that no order was
 * lost and none was charged, shipped or mailed twice. This package starts, kills, watches, checks and tells; the shop
 * itself is in {@link dev.perdure.examples.demo.shop}.
 */
@NullMarked
package dev.perdure.examples.demo;

import org.jspecify.annotations.NullMarked;
