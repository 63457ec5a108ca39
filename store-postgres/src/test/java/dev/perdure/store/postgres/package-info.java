// SPDX-License-Identifier: Apache-2.0

/** What the PostgreSQL store owes: the contract, and what only a server can do to it. */
package dev.perdure.store.postgres;
