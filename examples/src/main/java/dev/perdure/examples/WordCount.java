// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.Activity;
import dev.perdure.ActivityContext;
import dev.perdure.ChildRun;
import dev.perdure.Promise;
import dev.perdure.TypeRef;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Map and reduce: an activity for each chapter, on whatever node has room for it, and one workflow that puts the counts
 * together. What was counted before a crash is not counted again.
 */
public final class WordCount {

    static final Workflow<List<String>, Map<String, Integer>> COUNT_ALL = Workflow.named("count-all",
            new TypeRef<>() { }, new TypeRef<>() { });

    static final Activity<String, Map<String, Integer>> COUNT = Activity.named("count", TypeRef.of(String.class),
            new TypeRef<>() { });

    Map<String, Integer> countAll(WorkflowContext ctx, List<String> chapters) {
        List<ChildRun<Map<String, Integer>>> counts = new ArrayList<>();
        for (String chapter : chapters) {
            counts.add(ctx.start(COUNT, chapter));
        }
        Map<String, Integer> sum = new TreeMap<>();
        for (Map<String, Integer> each : Promise.all(counts).get()) {
            each.forEach((word, times) -> sum.merge(word, times, Integer::sum));
        }
        return sum;
    }

    Map<String, Integer> count(ActivityContext ctx, String chapter) {
        Map<String, Integer> words = new TreeMap<>();
        for (String word : chapter.toLowerCase(Locale.ROOT).split("\\W+")) {
            words.merge(word, 1, Integer::sum);
        }
        return words;
    }

    /**
     * Counts the words of three chapters.
     *
     * @param args none
     */
    public static void main(String[] args) {
        WordCount words = new WordCount();
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(COUNT_ALL, words::countAll)
                .activity(COUNT, words::count).start()) {
            System.out.println(engine.start(COUNT_ALL, List.of("The whale. The sea.", "A ship, the sea",
                    "and the whale again")).result());
        }
    }
}
