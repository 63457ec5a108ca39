// SPDX-License-Identifier: Apache-2.0

/**
 * What you write and hold: workflows, activities, steps, promises, signals; codec, observer, status, retry policy,
 * exceptions.
 */
@NullMarked
package dev.perdure;

import org.jspecify.annotations.NullMarked;
