// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.util.List;

/**
 * Changing code under runs that are in flight. A run that has passed the change before it was made stays on the old
 * path; one that comes there for the first time takes the new one.
 */
public final class SplitShipping {

    static final Workflow<Parcels, String> SHIPPING = Workflow.named("shipping", Parcels.class, String.class);

    private SplitShipping() {
    }

    record Parcels(List<String> items) {
    }

    /** As it was first deployed. */
    static String before(WorkflowContext ctx, Parcels parcels) {
        ctx.step("ship", step -> System.out.println("one parcel for " + parcels.items()));
        ctx.signals("arrived", Boolean.class).receive();
        return "one parcel";
    }

    /** As it is deployed now, while runs of the old code are waiting. */
    // snippet:version
    static String after(WorkflowContext ctx, Parcels parcels) {
        String shipped = "one parcel";
        if (ctx.version("split-shipping", 0, 1) >= 1) {
            for (String item : parcels.items()) {
                ctx.step("ship-item", step -> System.out.println("a parcel for " + item));
            }
            shipped = parcels.items().size() + " parcels";
        } else {
            ctx.step("ship", step -> System.out.println("one parcel for " + parcels.items()));
        }
        ctx.signals("arrived", Boolean.class).receive();
        return shipped;
    }
    // end

    /**
     * Starts a run on the old code, deploys the new code, and starts another one.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Parcels parcels = new Parcels(List.of("book", "lamp"));
        try (Store store = new MemoryStore()) {
            try (Engine old = Engine.builder().store(store).workflow(SHIPPING, SplitShipping::before).start()) {
                old.start(SHIPPING, "first", parcels);
            }
            try (Engine now = Engine.builder().store(store).workflow(SHIPPING, SplitShipping::after).start()) {
                now.start(SHIPPING, "second", parcels);
                for (String id : List.of("first", "second")) {
                    now.signal(id, "arrived", true);
                    System.out.println(id + ": " + now.handle(SHIPPING, id).result());
                }
            }
        }
    }
}
