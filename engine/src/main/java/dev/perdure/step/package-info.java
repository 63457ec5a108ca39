// SPDX-License-Identifier: Apache-2.0

/** Touching the world: runs step and activity bodies, times them out, retries them. */
@NullMarked
package dev.perdure.step;

import org.jspecify.annotations.NullMarked;
