// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import java.util.UUID;

/**
 * A message in an inbox.
 *
 * @param number the store's number for it, never used again; deletes it when heard
 * @param chain the run it was sent to
 * @param content what was sent
 */
public record Message(long number, UUID chain, NewMessage content) {
}
