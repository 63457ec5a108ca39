// SPDX-License-Identifier: Apache-2.0

/** The contract of a store, one class per capability, for any backend to run against itself. */
@NullMarked
package dev.perdure.store.tck;

import org.jspecify.annotations.NullMarked;
