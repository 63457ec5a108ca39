// SPDX-License-Identifier: Apache-2.0

/** Journals in one SQLite file, for one engine on one machine and any number of clients beside it. */
@NullMarked
package dev.perdure.store.sqlite;

import org.jspecify.annotations.NullMarked;
