// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.PerdureException;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.engine.JournalText;
import dev.perdure.engine.RunHandle;
import dev.perdure.journal.Unit;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A script played on a stage: after each act the run says why it rests, and in the end its journal is printed. The same
 * script gives the same text, whatever happens to the engine between two acts.
 */
final class Conversation {

    static final String RUN = "run";
    private static final int LONGEST_ANSWER = 100;

    private final Script script;
    private final Stage stage;
    private final Life life;
    private final Plays plays;
    private final StringBuilder text = new StringBuilder();
    private Workflow.Implemented<String, String> workflow;
    private @Nullable UUID first;

    Conversation(Script script, Stage stage, Life life) {
        this.script = script;
        this.stage = stage;
        this.life = life;
        plays = new ChangedPlays(script.patience());
        workflow = plays.workflow(script.play());
        life.prepare(stage);
        if (script.acts().contains("evict")) {
            stage.with(builder -> builder.cacheSize(0));
        }
    }

    /** The whole file as it ought to be. */
    String play() {
        script.prose().forEach(line -> text.append(line).append('\n'));
        text.append("\nplay ").append(script.play()).append('\n').append(Script.code(script.play())).append('\n');
        stage.start(workflow);
        List<String> acts = script.acts();
        for (int i = 0; i < acts.size(); i++) {
            boolean inStep = i + 1 < acts.size() && acts.get(i + 1).startsWith("meanwhile ");
            boolean held = acts.get(i).startsWith("meanwhile cancel");
            act(acts.get(i), inStep, held);
        }
        assertThat(stage.view(RUN).status().isFinished()).as("the run has ended, else the acts of %s are too few:\n%s",
                script, text).isTrue();
        text.append("\njournal\n").append(journal(firstJournal()));
        if (!stage.view(RUN).incarnation().equals(first)) {
            text.append("\njournal of the last incarnation\n").append(journal(stage.outside().handle(RUN).journal()));
        }
        return text.toString();
    }

    /** The journal of the incarnation that was started first. */
    List<Unit> firstJournal() {
        return stage.disk.journal(Objects.requireNonNull(first), 0, Integer.MAX_VALUE);
    }

    private void act(String act, boolean inStep, boolean held) {
        text.append("> ").append(act).append('\n');
        String answer = perform(act.replaceFirst("^meanwhile ", ""));
        if (inStep) {
            if (!held) {
                plays.road.awaitArrival();
            }
            say("in the middle of a step");
            return;
        }
        stage.awaitRest(RUN);
        say(stage.outside().handle(RUN).explain());
        if (stage.view(RUN).status().isFinished()) {
            say(outcome());
        }
        if (!answer.isEmpty()) {
            say(answer);
        }
        life.atRest(stage, workflow);
    }

    private String perform(String act) {
        String[] words = act.split(" ", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "start" -> {
                return begin(rest);
            }
            case "signal" -> stage.engine().signal(RUN, rest.split(" ", 2)[0], rest.split(" ", 2)[1]);
            case "emit" -> stage.engine().emitEvent(rest.split(" ", 2)[0], rest.split(" ", 2)[1]);
            case "advance" -> stage.world.advance(duration(rest));
            case "crash" -> stage.crashAndStart(workflow);
            case "restart" -> stage.restart(workflow);
            case "evict" -> stage.awaitEvicted();
            case "cancel" -> stage.engine().cancel(RUN, rest);
            case "terminate" -> stage.engine().terminate(RUN, rest);
            case "redrive" -> stage.engine().redrive(RUN);
            case "let" -> plays.road.open();
            case "deploy" -> {
                workflow = plays.workflow(rest);
                text.append(Script.code(rest));
                stage.restart(workflow);
            }
            case "query" -> {
                return "answers " + stage.engine().handle(RUN).query(rest, null, Object.class);
            }
            case "read" -> {
                return "reads " + stage.outside().handle(RUN).read(rest, String.class).orElse("nothing");
            }
            default -> throw new AssertionError(script + ": unknown act '" + act + "'. See Conversation.perform");
        }
        return "";
    }

    private String begin(String rest) {
        StartOptions options = StartOptions.id(RUN);
        if (rest.startsWith("after ")) {
            options = options.delay(duration(rest.substring(6)));
        }
        RunHandle<String> handle = stage.engine().start(workflow, options, "in");
        if (first == null) {
            first = handle.incarnation();
        }
        return handle.created() ? "" : "it was there already";
    }

    /** For example 1d, 2h or 30m. */
    private static Duration duration(String text) {
        return Duration.parse(text.endsWith("d") ? "P" + text : "PT" + text);
    }

    private String outcome() {
        try {
            return "result: " + stage.outside().handle(workflow, RUN).result(Bell.LIMIT);
        } catch (PerdureException failure) {
            return failure.code() + ": " + failure.getMessage();
        }
    }

    private void say(String answer) {
        StringBuilder line = new StringBuilder();
        for (String word : tidy(answer).split("\\s+")) {
            if (line.length() + word.length() > LONGEST_ANSWER) {
                text.append("     ").append(line).append('\n');
                line.setLength(0);
            }
            line.append(' ').append(word);
        }
        text.append("     ").append(line).append('\n');
    }

    private static String journal(List<Unit> units) {
        return tidy(JournalText.of(units));
    }

    /** Without what differs from one machine, or one edition of the source, to another. */
    private static String tidy(String text) {
        return text.replace(" by " + System.getProperty("user.name"), " by somebody")
                .replaceAll("Plays\\.java:\\d+", "Plays.java");
    }
}
