// SPDX-License-Identifier: Apache-2.0

/** Where the runs of one chain of lives are kept, their effects, and a table of their user's: a file, or a schema. */
@NullMarked
package dev.perdure.proof.crash.place;

import org.jspecify.annotations.NullMarked;
