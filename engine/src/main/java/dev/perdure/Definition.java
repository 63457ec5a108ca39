// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/**
 * What can be run: a name and two types. It is all that a caller, a parent or another process needs; the code is
 * registered with the engines that run it.
 *
 * @param <I> the type of the input
 * @param <O> the type of the result
 */
public sealed interface Definition<I, O> permits Workflow, Activity {

    /**
     * The name under which runs of it are stored.
     *
     * @return never changes; workflows and activities share their names
     */
    String name();

    /**
     * The type of the input.
     *
     * @return {@code Void} if there is none
     */
    TypeRef<I> input();

    /**
     * The type of the result.
     *
     * @return {@code Void} if there is none
     */
    TypeRef<O> output();
}
