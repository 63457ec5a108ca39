// SPDX-License-Identifier: Apache-2.0

/** The database itself: connections, transactions, statements, the schema, and what its errors mean. */
@NullMarked
package dev.perdure.store.postgres.database;

import org.jspecify.annotations.NullMarked;
