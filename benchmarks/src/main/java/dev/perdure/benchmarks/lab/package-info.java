// SPDX-License-Identifier: Apache-2.0

/** What every measurement needs: how it is asked, where its files are, how time and heap are taken, how it answers. */
@NullMarked
package dev.perdure.benchmarks.lab;

import org.jspecify.annotations.NullMarked;
