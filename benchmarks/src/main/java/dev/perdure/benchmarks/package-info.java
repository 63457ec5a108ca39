// SPDX-License-Identifier: Apache-2.0

/** Measures the engine against the raw speed of its store. */
@NullMarked
package dev.perdure.benchmarks;

import org.jspecify.annotations.NullMarked;
