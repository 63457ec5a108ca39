// SPDX-License-Identifier: Apache-2.0

/** Says what is proved by what: read from the sources, so that nobody has to keep a list. */
@NullMarked
package dev.perdure.proof.list;

import org.jspecify.annotations.NullMarked;
