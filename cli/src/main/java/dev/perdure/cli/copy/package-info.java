// SPDX-License-Identifier: Apache-2.0

/** Copies all runs of one store into another. */
@NullMarked
package dev.perdure.cli.copy;

import org.jspecify.annotations.NullMarked;
