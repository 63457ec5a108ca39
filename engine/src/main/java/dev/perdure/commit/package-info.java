// SPDX-License-Identifier: Apache-2.0

/** Making many small promises durable at once: group commit. */
@NullMarked
package dev.perdure.commit;

import org.jspecify.annotations.NullMarked;
