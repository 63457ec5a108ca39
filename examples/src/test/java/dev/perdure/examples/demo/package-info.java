// SPDX-License-Identifier: Apache-2.0

/** That the demo kills when it should, tells the truth, and notices when something is wrong. */
@NullMarked
package dev.perdure.examples.demo;

import org.jspecify.annotations.NullMarked;
