// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.PerdureException;
import dev.perdure.Workflow;
import dev.perdure.engine.RunHandle;
import java.time.Duration;
import java.util.List;

/**
 * A workflow and what the world does to it, one act whenever it rests.
 *
 * @param sentence what it shows, with the id of the row it shows
 * @param workflow returns what it has seen
 * @param acts of the world
 * @param expected the result
 */
record Scenario(String sentence, Workflow.Implemented<String, String> workflow, List<Act> acts, String expected) {

    static final String RUN = "run";

    /** Something that the world does. */
    interface Act {
        void on(Stage stage);
    }

    static Scenario of(String sentence, Workflow.Body<String, String> body, Act... acts) {
        return new Scenario(sentence, Workflow.of("scenario", String.class, String.class, (ctx, input) -> {
            // Lets the finished run be replayed once more, cold and to its end.
            ctx.query("seen", String.class, question -> "replayed");
            return body.run(ctx, input);
        }), List.of(acts), "");
    }

    Scenario gives(String result) {
        return new Scenario(sentence, workflow, acts, result);
    }

    static Act signal(String name, Object value) {
        return stage -> stage.engine().signal(RUN, name, value);
    }

    static Act later(Duration by) {
        return stage -> stage.world.advance(by);
    }

    static Act cancel() {
        return stage -> stage.engine().cancel(RUN, "enough");
    }

    static Act cancelBy(String reason) {
        return stage -> stage.engine().cancel(RUN, reason);
    }

    /** Plays it through; the result, or how the run failed, and the journal. */
    String play(Stage stage, Life life) {
        life.prepare(stage).start(workflow);
        stage.engine().start(workflow, RUN, "in");
        for (Act act : acts) {
            stage.awaitRest(RUN);
            life.atRest(stage, workflow);
            act.on(stage);
        }
        stage.awaitRest(RUN);
        RunHandle<String> run = stage.engine().handle(workflow, RUN);
        assertThat(run.describe().status().isFinished()).as("it has ended; else its acts are too few:\n%s\n%s",
                run.explain(), stage.journal(RUN)).isTrue();
        String outcome = outcome(run);
        assertThat(outcome).as("the result of\n%s", stage.journal(RUN)).isEqualTo(expected);
        assertThat(run.query("seen", null, String.class)).isEqualTo("replayed");
        return outcome + "\n" + run.describe().status() + " unread " + run.describe().unread() + "\n"
                + stage.journal(RUN).replace(System.getProperty("user.name"), "somebody");
    }

    private static String outcome(RunHandle<String> run) {
        try {
            return run.result(Bell.LIMIT);
        } catch (PerdureException failure) {
            return failure.code() + ": " + failure.getMessage();
        }
    }

    @Override
    public String toString() {
        return sentence;
    }
}
