// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.Promise;
import dev.perdure.StepSpec;
import dev.perdure.TypeRef;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.util.Comparator;
import java.util.List;

/** Asking many at once: a branch for each shop, all of them at the same time, and the cheapest answer. */
public final class PriceComparison {

    /** A generic type crosses the journal with a {@link TypeRef}. */
    static final Workflow<List<String>, Offer> COMPARE =
            Workflow.named("compare-prices", new TypeRef<List<String>>() { }, TypeRef.of(Offer.class));

    private final Shops shops;

    PriceComparison(Shops shops) {
        this.shops = shops;
    }

    record Offer(String shop, long cents) {
    }

    /** Asks a shop for its price. */
    interface Shops {
        long priceAt(String shop) throws Exception;
    }

    // snippet:fan-out
    Offer run(WorkflowContext ctx, List<String> names) {
        List<Promise<Offer>> offers = names.stream().map(name -> ctx.async(name, branch -> ask(branch, name))).toList();
        return Promise.all(offers).get().stream().min(Comparator.comparingLong(Offer::cents)).orElseThrow();
    }

    private Offer ask(WorkflowContext ctx, String name) {
        return ctx.step(StepSpec.of("ask", Offer.class), step -> new Offer(name, shops.priceAt(name)));
    }
    // end

    /**
     * Compares three shops.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Shops shops = shop -> 1_000 + 7L * shop.length();
        try (Engine engine =
                Engine.builder().store(new MemoryStore()).workflow(COMPARE, new PriceComparison(shops)::run).start()) {
            System.out.println(engine.start(COMPARE, List.of("Corner shop", "Market", "Department store")).result());
        }
    }
}
