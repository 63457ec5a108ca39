// SPDX-License-Identifier: Apache-2.0
/**
 * The only door to clocks, threads and chance. Everything left of here is deterministic; everything right of here
 * reaches the machine through {@link dev.perdure.world.World}, so that a simulation may stand in for it and move one
 * thread at a time.
 */
@NullMarked
package dev.perdure.world;

import org.jspecify.annotations.NullMarked;
