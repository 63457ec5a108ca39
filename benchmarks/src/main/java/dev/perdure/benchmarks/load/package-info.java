// SPDX-License-Identifier: Apache-2.0

/** What the engine is given to do: runs of many small steps, runs that wait, and runs that do harm. */
@NullMarked
package dev.perdure.benchmarks.load;

import org.jspecify.annotations.NullMarked;
