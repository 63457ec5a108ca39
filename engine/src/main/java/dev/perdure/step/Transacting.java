// SPDX-License-Identifier: Apache-2.0
package dev.perdure.step;

import dev.perdure.TransactionBody;
import dev.perdure.store.RunRow;
import dev.perdure.store.SqlStore;

/**
 * How a step is carried out in a transaction.
 *
 * @param store where
 * @param run whose step it is, as its owner knows it
 * @param body what to do
 */
public record Transacting(SqlStore store, RunRow run, TransactionBody<?> body) {
}
