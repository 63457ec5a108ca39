// SPDX-License-Identifier: Apache-2.0

/** What the tool says, does and refuses, against a real database file. */
@NullMarked
package dev.perdure.cli;

import org.jspecify.annotations.NullMarked;
