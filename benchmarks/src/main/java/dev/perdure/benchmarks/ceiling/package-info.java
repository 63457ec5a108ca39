// SPDX-License-Identifier: Apache-2.0

/** What the bare store can do without an engine: the measure for everything else. */
@NullMarked
package dev.perdure.benchmarks.ceiling;

import org.jspecify.annotations.NullMarked;
