// SPDX-License-Identifier: Apache-2.0
/**
 * The code in README.md and in docs/guide. What stands there between {@code // snippet:NAME} and {@code // end} is
 * shown; the test around it proves what the page says about it.
 */
package dev.perdure.guide;
