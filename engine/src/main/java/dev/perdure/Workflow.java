// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import org.jspecify.annotations.Nullable;

/**
 * The definition of a workflow: a name and two types. It is all that a caller or another process needs; the code that
 * implements it is registered with the engine that runs it.
 *
 * {@snippet :
 * static final Workflow<Order, Receipt> CHECKOUT = Workflow.named("checkout", Order.class, Receipt.class);
 * }
 *
 * @param <I> the type of the input
 * @param <O> the type of the result
 */
public sealed class Workflow<I, O> implements Definition<I, O> {

    private final String name;
    private final TypeRef<I> input;
    private final TypeRef<O> output;

    private Workflow(String name, TypeRef<I> input, TypeRef<O> output) {
        this("", name, input, output);
    }

    private Workflow(String prefix, String name, TypeRef<I> input, TypeRef<O> output) {
        this.name = prefix + Names.check("workflow", name);
        this.input = input;
        this.output = output;
    }

    /**
     * A workflow with neither input nor result.
     *
     * @param name stable, since it is part of every run
     * @return the definition
     */
    public static Workflow<Void, Void> named(String name) {
        return named(name, Void.class, Void.class);
    }

    /**
     * A workflow without a result.
     *
     * @param name stable, since it is part of every run
     * @param input the class of the input
     * @param <I> the same
     * @return the definition
     */
    public static <I> Workflow<I, Void> named(String name, Class<I> input) {
        return named(name, input, Void.class);
    }

    /**
     * A workflow with input and result.
     *
     * @param name stable, since it is part of every run
     * @param input the class of the input
     * @param output the class of the result
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return the definition
     */
    public static <I, O> Workflow<I, O> named(String name, Class<I> input, Class<O> output) {
        return named(name, TypeRef.of(input), TypeRef.of(output));
    }

    /**
     * A workflow with input and result of generic types.
     *
     * @param name stable, since it is part of every run
     * @param input the type of the input
     * @param output the type of the result
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return the definition
     */
    public static <I, O> Workflow<I, O> named(String name, TypeRef<I> input, TypeRef<O> output) {
        return new Workflow<>(name, input, output);
    }

    /**
     * A workflow that engines bring along; for the engine.
     *
     * @param name what follows {@value Names#RESERVED}, where no name of a user's can be
     * @return the definition; its input and result are as they are stored
     */
    public static Workflow<Payload, Payload> builtIn(String name) {
        return new Workflow<>(Names.RESERVED, name, TypeRef.of(Payload.class), TypeRef.of(Payload.class));
    }

    /**
     * Definition and implementation in one, for examples and tests.
     *
     * @param name stable, since it is part of every run
     * @param input the class of the input
     * @param output the class of the result
     * @param body the code
     * @param <I> the type of the input
     * @param <O> the type of the result
     * @return a definition that brings its implementation along
     */
    public static <I, O> Implemented<I, O> of(String name, Class<I> input, Class<O> output, Body<I, O> body) {
        return new Implemented<>(name, TypeRef.of(input), TypeRef.of(output), body);
    }

    /**
     * Definition and implementation of a workflow without a result.
     *
     * @param name stable, since it is part of every run
     * @param input the class of the input
     * @param body the code
     * @param <I> the type of the input
     * @return a definition that brings its implementation along
     */
    public static <I> Implemented<I, Void> of(String name, Class<I> input, Action<I> body) {
        return new Implemented<>(name, TypeRef.of(input), TypeRef.of(Void.class), Body.of(body));
    }

    /**
     * Definition and implementation of a workflow with neither input nor result.
     *
     * @param name stable, since it is part of every run
     * @param body the code
     * @return a definition that brings its implementation along
     */
    public static Implemented<Void, Void> of(String name, dev.perdure.Body.Action body) {
        return new Implemented<>(name, TypeRef.of(Void.class), TypeRef.of(Void.class),
                Body.of((ctx, none) -> body.run(ctx)));
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final TypeRef<I> input() {
        return input;
    }

    @Override
    public final TypeRef<O> output() {
        return output;
    }

    @Override
    public String toString() {
        return name + "(" + input + ") -> " + output;
    }

    /**
     * The code of a workflow: any method of any object fits, {@code checkout::run}.
     *
     * @param <I> the type of the input
     * @param <O> the type of the result
     */
    @FunctionalInterface
    public interface Body<I, O> {

        /**
         * Runs from the beginning each time the run is brought back into memory; the journal answers what was asked
         * before.
         *
         * @param ctx everything the code may ask of the world
         * @param input what the run was started with; null if that was null
         * @return the result of the run
         * @throws Exception to fail the run
         */
        @Nullable O run(WorkflowContext ctx, I input) throws Exception;

        /**
         * Makes a body of code without a result.
         *
         * @param action the code
         * @param <I> the type of the input
         * @return a body that returns null
         */
        static <I> Body<I, Void> of(Action<I> action) {
            return (ctx, input) -> {
                action.run(ctx, input);
                return null;
            };
        }
    }

    /**
     * The code of a workflow without a result.
     *
     * @param <I> the type of the input
     */
    @FunctionalInterface
    public interface Action<I> {

        /**
         * See {@link Body#run}.
         *
         * @param ctx everything the code may ask of the world
         * @param input what the run was started with; null if that was null
         * @throws Exception to fail the run
         */
        void run(WorkflowContext ctx, I input) throws Exception;
    }

    /**
     * A definition that brings its implementation along.
     *
     * @param <I> the type of the input
     * @param <O> the type of the result
     */
    public static final class Implemented<I, O> extends Workflow<I, O> {

        private final Body<I, O> body;

        private Implemented(String name, TypeRef<I> input, TypeRef<O> output, Body<I, O> body) {
            super(name, input, output);
            this.body = body;
        }

        /**
         * The implementation.
         *
         * @return as given
         */
        public Body<I, O> body() {
            return body;
        }
    }
}
