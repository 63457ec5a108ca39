// SPDX-License-Identifier: Apache-2.0

/** The rules of the code base as tests: the Line, the budgets, the banned calls. */
package dev.perdure.architecture;
