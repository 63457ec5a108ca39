// SPDX-License-Identifier: Apache-2.0

/** What the SQLite store owes beyond the contract: bad files, other processes, plans of its queries. */
package dev.perdure.store.sqlite;
