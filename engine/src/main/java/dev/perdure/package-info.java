// SPDX-License-Identifier: Apache-2.0
/**
 * What you write and hold: workflows, steps, promises, signals, and the values that travel with them.
 *
 * <p>This is the first station of the Line and imports nothing of the others. A workflow needs only this package; the
 * {@code Engine} that runs it stands at the far end, in {@code dev.perdure.engine}.
 *
 * <p>Start reading at {@link dev.perdure.WorkflowContext}: its methods are everything a workflow may ask of the world.
 */
@NullMarked
package dev.perdure;

import org.jspecify.annotations.NullMarked;
