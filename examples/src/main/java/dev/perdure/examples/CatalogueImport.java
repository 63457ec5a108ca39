// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Letting others look in. A published value is stored: any process reads it, also when the run has finished. A query is
 * answered by the workflow's own code from its own variables, and needs an engine that has it.
 */
public final class CatalogueImport {

    static final Workflow<Catalogue, Integer> IMPORT =
            Workflow.named("catalogue-import", Catalogue.class, Integer.class);

    private final Shop shop;

    CatalogueImport(Shop shop) {
        this.shop = shop;
    }

    record Catalogue(List<String> pages) {
    }

    record Progress(int done, int of) {
    }

    /** Takes up the articles of a page. */
    interface Shop {
        int add(String page) throws Exception;
    }

    int run(WorkflowContext ctx, Catalogue catalogue) {
        Deque<String> left = new ArrayDeque<>(catalogue.pages());
        // snippet:query-answer
        ctx.query("left", String.class, prefix -> left.stream().filter(page -> page.startsWith(prefix)).toList());
        // end
        int articles = 0;
        while (!left.isEmpty()) {
            String page = left.element();
            articles += ctx.step("add", Integer.class, step -> shop.add(page));
            left.remove();
            // snippet:publish
            ctx.publish("progress", new Progress(catalogue.pages().size() - left.size(), catalogue.pages().size()));
            // end
            ctx.signals("next", Boolean.class).receive(Duration.ofMillis(200));
        }
        return articles;
    }

    /**
     * Imports three pages and looks in meanwhile.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Shop shop = String::length;
        try (Engine engine =
                Engine.builder().store(new MemoryStore()).workflow(IMPORT, new CatalogueImport(shop)::run).start()) {
            RunHandle<Integer> run =
                    engine.start(IMPORT, "spring", new Catalogue(List.of("boots", "bags", "coats")));
            // snippet:query-ask
            List<?> left = run.query("left", "b", List.class);
            // end
            System.out.println("still to do, beginning with b: " + left);
            System.out.println("articles: " + run.result());
            // snippet:read
            Progress progress = run.read("progress", Progress.class).orElseThrow();
            // end
            System.out.println(progress.done() + " of " + progress.of());
        }
    }
}
