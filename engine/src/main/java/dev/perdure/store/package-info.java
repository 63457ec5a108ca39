// SPDX-License-Identifier: Apache-2.0

/**
 * Where journals live: what a backend must promise (SPI), and {@code MemoryStore}, the reference.
 */
@NullMarked
package dev.perdure.store;

import org.jspecify.annotations.NullMarked;
