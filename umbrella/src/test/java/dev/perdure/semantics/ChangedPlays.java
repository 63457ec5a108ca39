// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.Promise;
import dev.perdure.RetryPolicy;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.StepSpec;
import dev.perdure.Timer;
import dev.perdure.WorkflowContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Workflows of conversations in which something goes wrong, or the code is changed under a run. */
class ChangedPlays extends Plays {

    private static final Duration HOUR = Duration.ofHours(1);

    ChangedPlays(int patience) {
        super(patience);
    }

    String chargeThenShip(WorkflowContext ctx, String input) {
        ctx.step("charge", step -> { });
        ctx.step("ship", step -> { });
        ctx.signals("go", String.class).receive();
        return "charged, then shipped";
    }

    String shipThenCharge(WorkflowContext ctx, String input) {
        ctx.step("ship", step -> { });
        ctx.step("charge", step -> { });
        ctx.signals("go", String.class).receive();
        return "shipped, then charged";
    }

    String sleepLong(WorkflowContext ctx, String input) {
        ctx.sleep(HOUR.multipliedBy(24));
        return "awake at " + ctx.now();
    }

    String sleepShort(WorkflowContext ctx, String input) {
        ctx.sleep(HOUR);
        return "awake at " + ctx.now();
    }

    String packUnversioned(WorkflowContext ctx, String input) {
        ctx.step("pack in a box", step -> { });
        ctx.sleep(HOUR);
        return "in a box";
    }

    String packVersioned(WorkflowContext ctx, String input) {
        if (ctx.version("packing", 0, 1) >= 1) {
            ctx.step("pack in a bag", step -> { });
            ctx.sleep(HOUR);
            return "in a bag";
        }
        ctx.step("pack in a box", step -> { });
        ctx.sleep(HOUR);
        return "in a box";
    }

    String packBagsOnly(WorkflowContext ctx, String input) {
        ctx.version("packing", 1, 1);
        ctx.step("pack in a bag", step -> { });
        ctx.sleep(HOUR);
        return "in a bag";
    }

    String roundsBefore(WorkflowContext ctx, String input) {
        Signals<String> items = ctx.signals("item", String.class);
        for (int round = 1; round <= 3; round++) {
            ctx.step("pack " + items.receive(), step -> { });
        }
        return "packed";
    }

    String roundsAfter(WorkflowContext ctx, String input) {
        Signals<String> items = ctx.signals("item", String.class);
        for (int round = 1; round <= 3; round++) {
            String item = items.receive();
            String verb = ctx.version("wrapping", 0, 1) >= 1 ? "wrap " : "pack ";
            ctx.step(verb + item, step -> { });
        }
        return "packed or wrapped";
    }

    String twoSelects(WorkflowContext ctx, String input) {
        Signals<String> items = ctx.signals("item", String.class);
        List<String> seen = new ArrayList<>();
        Promise<Void> one = ctx.runAsync(fiber -> {
            Timer deadline = fiber.timer(HOUR);
            Selection first = fiber.select(items, deadline);
            seen.add(first.is(items) ? "one got " + first.value(items) : "one got nothing");
        });
        Promise<Void> two = ctx.runAsync(fiber -> seen.add("two got " + fiber.select(items).value(items)));
        Promise.all(List.of(one, two)).get();
        return seen + ", left for the next: " + items.receive();
    }

    String threeAttempts(WorkflowContext ctx, String input) {
        return ctx.step(StepSpec.of("charge", String.class).retry(RetryPolicy.fixed(HOUR, 3)), step -> {
            linger();
            return "charged at attempt " + step.attempt();
        });
    }

    String chargeInFlight(WorkflowContext ctx, String input) {
        return ctx.step(StepSpec.of("charge", String.class).retry(RetryPolicy.fixed(HOUR, 5)), step -> {
            if (step.attempt() < 3) {
                throw new IllegalStateException("with the key " + keyOf(step.idempotencyKey()));
            }
            return "with the key " + keyOf(step.idempotencyKey());
        });
    }

    String checkInserted(WorkflowContext ctx, String input) {
        ctx.step("check", step -> { });
        return ctx.step(StepSpec.of("charge", String.class).retry(RetryPolicy.fixed(HOUR, 5)), step -> {
            if (step.attempt() < 3) {
                throw new IllegalStateException("with the key " + keyOf(step.idempotencyKey()));
            }
            return "with the key " + keyOf(step.idempotencyKey());
        });
    }

    private static String keyOf(String key) {
        return key.substring(key.indexOf('/'));
    }

    String catchesEverything(WorkflowContext ctx, String input) {
        String seen = "nothing to catch";
        try {
            ctx.sleep(HOUR);
        } catch (Throwable caught) {
            seen = "caught " + caught;
        } finally {
            ctx.sleep(HOUR);
        }
        return seen;
    }

    String countsItems(WorkflowContext ctx, String input) {
        return "items: " + ctx.signals("items", Integer.class).receive();
    }

    String namesItems(WorkflowContext ctx, String input) {
        return "items: " + ctx.signals("items", String.class).receive();
    }
}
