// SPDX-License-Identifier: Apache-2.0

/** What all commands share: which database, which runs, and how values look as text and as JSON. */
@NullMarked
package dev.perdure.cli.terminal;

import org.jspecify.annotations.NullMarked;
