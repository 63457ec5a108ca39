// SPDX-License-Identifier: Apache-2.0

/** How code is paused and resumed: virtual threads that move one at a time. Knows nothing of workflows. */
@NullMarked
package dev.perdure.fiber;

import org.jspecify.annotations.NullMarked;
