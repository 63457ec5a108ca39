// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;

/**
 * Something that has happened and that all may know: written once under its name, never changed.
 *
 * @param name one in the whole store
 * @param value what there is to know of it
 * @param by who has made it known, for people
 * @param at when, in milliseconds since 1970
 */
public record Fact(String name, Payload value, String by, long at) {
}
