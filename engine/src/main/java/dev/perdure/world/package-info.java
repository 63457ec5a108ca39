// SPDX-License-Identifier: Apache-2.0

/** The only door to clocks, threads and chance. Everything left of here is deterministic. */
@NullMarked
package dev.perdure.world;

import org.jspecify.annotations.NullMarked;
