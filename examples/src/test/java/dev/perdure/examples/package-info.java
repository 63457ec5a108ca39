// SPDX-License-Identifier: Apache-2.0

/** That each example does what it says, and runs as a program. */
@NullMarked
package dev.perdure.examples;

import org.jspecify.annotations.NullMarked;
