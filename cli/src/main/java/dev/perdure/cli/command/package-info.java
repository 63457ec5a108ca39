// SPDX-License-Identifier: Apache-2.0

/**
 * What can be asked at the command line: a class for each word. Each opens the database, does one thing and says it.
 */
@NullMarked
package dev.perdure.cli.command;

import org.jspecify.annotations.NullMarked;
