// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;

/** Workflow code as users write it: outside the engine's packages, so that reports can name its lines. */
public final class Guest {

    private Guest() {
    }

    public static String setsTimer(WorkflowContext ctx, String input) {
        ctx.timer(Duration.ofMillis(5));
        return input;
    }

    /** Knows a range of versions of one change. */
    public static Workflow.Body<String, String> knows(int min, int max) {
        return (ctx, input) -> ctx.version("change", min, max) + ctx.step("a", String.class, step -> "");
    }
}
