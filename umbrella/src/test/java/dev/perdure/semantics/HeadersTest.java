// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.RunHandle;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** B6: headers, and with them the context of a trace, go with a run and whatever comes of it. */
class HeadersTest extends OnEveryStore {

    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static String headers(WorkflowContext ctx) {
        return new TreeMap<>(ctx.info().headers()).toString();
    }

    private static final Workflow.Implemented<String, String> GRANDCHILD = Workflow.of("grandchild", String.class,
            String.class, (ctx, input) -> headers(ctx));

    private static final Workflow.Implemented<String, String> CHILD = Workflow.of("child", String.class, String.class,
            (ctx, input) -> headers(ctx) + " " + ctx.call(GRANDCHILD, ""));

    @Test
    void b6_a_trace_goes_down_to_children_and_theirs_and_a_header_of_the_options_wins() {
        Workflow.Implemented<String, String> parent = order((ctx, input) -> {
            String plain = ctx.call(CHILD, "");
            return plain + "; " + ctx.start(GRANDCHILD, StartOptions.none().header("tenant", "other"), "").get();
        });
        stage.start(parent, CHILD, GRANDCHILD);
        RunHandle<String> run = stage.engine().start(parent,
                StartOptions.id("order-1").header("traceparent", TRACE).header("tenant", "acme"), "");

        String all = "{tenant=acme, traceparent=" + TRACE + "}";
        assertThat(stage.result(run)).isEqualTo(all + " " + all + "; {tenant=other, traceparent=" + TRACE + "}");
    }

    @Test
    void b6_a_trace_outlives_continue_as_new_and_crashes() {
        Workflow.Implemented<String, String> twoLives = order((ctx, input) -> {
            ctx.signals("go", String.class).receive();
            return input.isEmpty() ? ctx.continueAsNew("second") : headers(ctx) + " " + ctx.call(GRANDCHILD, "");
        });
        stage.start(twoLives, GRANDCHILD);
        stage.engine().start(twoLives, StartOptions.id("order-1").header("traceparent", TRACE), "");
        stage.awaitRest("order-1");
        stage.crashAndStart(twoLives, GRANDCHILD);
        stage.engine().signal("order-1", "go", "");
        stage.engine().signal("order-1", "go", "");

        String trace = "{traceparent=" + TRACE + "}";
        assertThat(stage.result(stage.engine().handle(twoLives, "order-1"))).isEqualTo(trace + " " + trace);
    }
}
