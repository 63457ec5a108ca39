// SPDX-License-Identifier: Apache-2.0

/** What the parts of the shop promise, each alone. */
@NullMarked
package dev.perdure.examples.demo.shop;

import org.jspecify.annotations.NullMarked;
