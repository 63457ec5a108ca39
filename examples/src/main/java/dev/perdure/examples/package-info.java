// SPDX-License-Identifier: Apache-2.0

/** Programs to read and to run; the documents quote them. */
@NullMarked
package dev.perdure.examples;

import org.jspecify.annotations.NullMarked;
