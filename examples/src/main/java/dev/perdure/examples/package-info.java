// SPDX-License-Identifier: Apache-2.0

/**
 * Programs to read and to run, each about one thing, each a test as well; the documents quote the parts between
 * {@code // snippet:name} and {@code // end}. Begin with {@link dev.perdure.examples.Checkout}.
 */
@NullMarked
package dev.perdure.examples;

import org.jspecify.annotations.NullMarked;
