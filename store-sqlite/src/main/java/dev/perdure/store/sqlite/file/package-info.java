// SPDX-License-Identifier: Apache-2.0

/** The file: how it is opened, locked, asked and written to, whatever its tables mean. */
@NullMarked
package dev.perdure.store.sqlite.file;

import org.jspecify.annotations.NullMarked;
