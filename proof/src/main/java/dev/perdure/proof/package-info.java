// SPDX-License-Identifier: Apache-2.0

/** Campaigns that look for faults: each takes a seed and a time limit, and prints what it did and what it found. */
@NullMarked
package dev.perdure.proof;

import org.jspecify.annotations.NullMarked;
