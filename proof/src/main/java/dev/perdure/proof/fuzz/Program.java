// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A workflow as data.
 *
 * @param main what its body does, in order
 */
record Program(List<Op> main) {

    /** How the branches of {@link Branches} are waited for. */
    enum Join { ALL, ANY, RACE, AWAIT, LEAVE, CANCEL }

    /** What a step is asked for with. */
    enum Care { PLAIN, RETRIED, TIMED, ONCE }

    /** One thing that a program does. */
    sealed interface Op {

        /** The blocks inside of it. */
        default List<List<Op>> blocks() {
            return List.of();
        }

        /** The same with other blocks: as many as it has. */
        default Op with(List<List<Op>> blocks) {
            return this;
        }
    }

    record Step(String name, Care care) implements Op {
    }

    record Sleep(int seconds) implements Op {
    }

    /** Waits for a signal; for ever if {@code seconds} is 0. */
    record Receive(String signal, int seconds) implements Op {
    }

    record TryReceive(String signal) implements Op {
    }

    record Timer(int seconds, boolean cancelled) implements Op {
    }

    record Branches(List<List<Op>> bodies, Join join, int seconds) implements Op {
        @Override
        public List<List<Op>> blocks() {
            return bodies;
        }

        @Override
        public Op with(List<List<Op>> blocks) {
            return new Branches(blocks, join, seconds);
        }
    }

    /** Waits for a branch, a signal, the channel, a timer, or the request to stop: whichever its bits name. */
    record Select(int bits, String signal, int seconds, List<Op> branch, boolean losersCancelled) implements Op {

        static final int SIGNAL = 1;
        static final int CHANNEL = 2;
        static final int BRANCH = 4;
        static final int CANCELLATION = 8;

        @Override
        public List<List<Op>> blocks() {
            return (bits & BRANCH) == 0 ? List.of() : List.of(branch);
        }

        @Override
        public Op with(List<List<Op>> blocks) {
            return new Select(bits, signal, seconds, blocks.get(0), losersCancelled);
        }
    }

    /** Waits until the shared counter has come so far; for ever if {@code seconds} is 0. */
    record Await(int atLeast, int seconds) implements Op {
    }

    record Count() implements Op {
    }

    /** Puts something into the shared channel, or waits until there is room. */
    record Send(boolean waits) implements Op {
    }

    record Take(boolean waits) implements Op {
    }

    record SideEffect(String name) implements Op {
    }

    record Version(String change) implements Op {
    }

    record Publish(String name) implements Op {
    }

    /** Looks at logical time and chance. */
    record Look() implements Op {
    }

    record Loop(int times, List<Op> body) implements Op {
        @Override
        public List<List<Op>> blocks() {
            return List.of(body);
        }

        @Override
        public Op with(List<List<Op>> blocks) {
            return new Loop(times, blocks.get(0));
        }
    }

    record Shielded(List<Op> body) implements Op {
        @Override
        public List<List<Op>> blocks() {
            return List.of(body);
        }

        @Override
        public Op with(List<List<Op>> blocks) {
            return new Shielded(blocks.get(0));
        }
    }

    /** Goes on as a new incarnation, twice at most. */
    record Again() implements Op {
    }

    /** Every program that has one op less, or one op replaced by what is inside of it. */
    List<Program> smaller() {
        List<Program> all = new ArrayList<>();
        shrink(main, block -> block, all);
        return all;
    }

    private static void shrink(List<Op> block, UnaryOperator<List<Op>> whole, List<Program> all) {
        for (int i = 0; i < block.size(); i++) {
            Op op = block.get(i);
            all.add(new Program(whole.apply(replaced(block, i, List.of()))));
            List<List<Op>> inner = op.blocks();
            for (int j = 0; j < inner.size(); j++) {
                int at = i;
                int which = j;
                if (!(op instanceof Shielded) && !inner.get(j).isEmpty()) {
                    all.add(new Program(whole.apply(replaced(block, i, inner.get(j)))));
                }
                shrink(inner.get(j), changed -> {
                    List<List<Op>> blocks = new ArrayList<>(inner);
                    blocks.set(which, changed);
                    return whole.apply(replaced(block, at, List.of(op.with(blocks))));
                }, all);
            }
        }
    }

    private static List<Op> replaced(List<Op> block, int at, List<Op> by) {
        List<Op> changed = new ArrayList<>(block.subList(0, at));
        changed.addAll(by);
        changed.addAll(block.subList(at + 1, block.size()));
        return changed;
    }
}
