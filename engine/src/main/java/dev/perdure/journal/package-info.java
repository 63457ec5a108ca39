// SPDX-License-Identifier: Apache-2.0

/** What happened: the only words a journal can say, and how they are encoded. */
@NullMarked
package dev.perdure.journal;

import org.jspecify.annotations.NullMarked;
