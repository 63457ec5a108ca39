// SPDX-License-Identifier: Apache-2.0

/** Journals in PostgreSQL: what the store promises, made of statements that carry a whole batch each. */
@NullMarked
package dev.perdure.store.postgres;

import org.jspecify.annotations.NullMarked;
