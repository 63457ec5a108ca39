// SPDX-License-Identifier: Apache-2.0

/**
 * Measures the engine against the raw speed of its store, always in one run: what is compared takes turns in short
 * slices, so that a noisy machine is noisy for both.
 *
 * <p>{@link dev.perdure.benchmarks.Bench} is the door; each bench is one class. What they print is an interface: lines
 * {@code name value unit}. What each figure means stands in the module's README.
 */
@NullMarked
package dev.perdure.benchmarks;

import org.jspecify.annotations.NullMarked;
