// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz.program;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A workflow as data. Immutable. */
public final class Program {

    private final List<Op> main;
    private final int capacity;

    /**
     * A program.
     *
     * @param main what its body does, in order
     * @param capacity of its channel
     */
    Program(List<Op> main, int capacity) {
        this.main = main;
        this.capacity = capacity;
    }

    List<Op> main() {
        return main;
    }

    int capacity() {
        return capacity;
    }

    /**
     * Every program that has one op less, or one op replaced by what is inside of it.
     *
     * @return perhaps empty
     */
    public List<Program> smaller() {
        List<Program> all = new ArrayList<>();
        shrink(main, block -> block, all);
        return all;
    }

    private void shrink(List<Op> block, UnaryOperator<List<Op>> whole, List<Program> all) {
        for (int i = 0; i < block.size(); i++) {
            Op op = block.get(i);
            all.add(with(whole.apply(replaced(block, i, List.of()))));
            List<List<Op>> inner = op.blocks();
            for (int j = 0; j < inner.size(); j++) {
                int at = i;
                int which = j;
                if (!inner.get(j).isEmpty()) {
                    all.add(with(whole.apply(replaced(block, i, inner.get(j)))));
                }
                shrink(inner.get(j), changed -> {
                    List<List<Op>> blocks = new ArrayList<>(inner);
                    blocks.set(which, changed);
                    return whole.apply(replaced(block, at, List.of(op.with(blocks))));
                }, all);
            }
        }
    }

    private Program with(List<Op> body) {
        return new Program(body, capacity);
    }

    private static List<Op> replaced(List<Op> block, int at, List<Op> by) {
        List<Op> changed = new ArrayList<>(block.subList(0, at));
        changed.addAll(by);
        changed.addAll(block.subList(at + 1, block.size()));
        return changed;
    }
}
