// SPDX-License-Identifier: Apache-2.0
/**
 * What you construct: {@link dev.perdure.engine.Engine}, {@link dev.perdure.engine.Client},
 * {@link dev.perdure.engine.RunHandle} and views of runs. Wires the stations of the Line and owns their lifetime.
 */
@NullMarked
package dev.perdure.engine;

import org.jspecify.annotations.NullMarked;
