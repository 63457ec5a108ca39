// SPDX-License-Identifier: Apache-2.0

/** A world in which everything happens in an order that a seed decides: {@link dev.perdure.proof.world.OneThread}. */
@NullMarked
package dev.perdure.proof.world;

import org.jspecify.annotations.NullMarked;
