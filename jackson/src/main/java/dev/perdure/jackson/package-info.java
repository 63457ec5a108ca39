// SPDX-License-Identifier: Apache-2.0

/** Values as JSON: the codec that is found when none is configured. */
@NullMarked
package dev.perdure.jackson;

import org.jspecify.annotations.NullMarked;
