// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.ResultTimeoutException;
import dev.perdure.RetryPolicy;
import dev.perdure.RunStatus;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.Store;
import java.time.Duration;

/** The workflows that the tests look at. */
final class Shop {

    static final Workflow<Order, String> APPROVAL = Workflow.named("approval", Order.class, String.class);
    static final Workflow<Order, String> BROKEN = Workflow.named("broken", Order.class, String.class);
    static final Workflow<Order, String> CHANGED = Workflow.named("changed", Order.class, String.class);

    private Shop() {
    }

    record Order(String id, long cents) {
    }

    record Approval(String by, boolean approved) {
    }

    /** An engine with all of them; {@code changed} is registered in its old or its new form. */
    static Engine start(Store store, boolean asDeployedFirst) {
        return Engine.builder().store(store).workflow(APPROVAL, Shop::approval).workflow(BROKEN, Shop::broken)
                .workflow(CHANGED, asDeployedFirst ? Shop::before : Shop::after).start();
    }

    /** Until the first step is in the journal: one that had not completed may be replaced by changed code, unseen. */
    static void awaitSuspended(RunHandle<String> run) {
        while (run.describe().status() != RunStatus.SUSPENDED) {
            assertThatThrownBy(() -> run.result(Duration.ofMillis(10))).isInstanceOf(ResultTimeoutException.class);
        }
    }

    private static String approval(WorkflowContext ctx, Order order) {
        String offer = ctx.step("offer", String.class, step -> "offer for " + order.id());
        ctx.publish("offer", offer);
        Approval approval = ctx.signals("approval", Approval.class).receive();
        return (approval.approved() ? "approved by " : "refused by ") + approval.by();
    }

    private static String broken(WorkflowContext ctx, Order order) {
        return ctx.step(StepSpec.of("charge", String.class).retry(RetryPolicy.fixed(Duration.ZERO, 2)), step -> {
            throw new IllegalStateException("card declined");
        });
    }

    private static String before(WorkflowContext ctx, Order order) {
        ctx.step("first", step -> { });
        ctx.signals("go", Boolean.class).receive();
        return "before";
    }

    /** Not what the journals of old runs say: they get stuck. */
    private static String after(WorkflowContext ctx, Order order) {
        ctx.step("renamed", step -> { });
        ctx.signals("go", Boolean.class).receive();
        return "after";
    }
}
