// SPDX-License-Identifier: Apache-2.0

/**
 * What you construct: {@code Engine}, {@code Client}, {@code RunHandle}, views of runs, {@code Replay}; wires the
 * stations and owns their lifetime.
 */
@NullMarked
package dev.perdure.engine;

import org.jspecify.annotations.NullMarked;
