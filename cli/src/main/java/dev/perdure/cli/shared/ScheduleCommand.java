// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.shared;

import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.Rhythm;
import dev.perdure.Schedule;
import dev.perdure.StartOptions;
import dev.perdure.cli.terminal.DatabaseCommand;
import dev.perdure.cli.terminal.GroupCommand;
import dev.perdure.cli.terminal.Json;
import dev.perdure.cli.terminal.RunOptions;
import dev.perdure.cli.terminal.Text;
import dev.perdure.engine.Client;
import dev.perdure.engine.Schedules;
import dev.perdure.store.Store;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code perdure schedule}, whose work is done by the commands within. */
@Command(name = "schedule", header = "Steer what starts runs on a calendar.",
        subcommands = {ScheduleCommand.ListAll.class, ScheduleCommand.Show.class, ScheduleCommand.Put.class,
            ScheduleCommand.Pause.class, ScheduleCommand.Resume.class, ScheduleCommand.Trigger.class,
            ScheduleCommand.Backfill.class, ScheduleCommand.Delete.class},
        footer = {
            "",
            "  perdure schedule put nightly --cron '30 2 * * *' --zone Europe/Berlin --workflow report",
            "  perdure schedule pause nightly --reason 'the shop is closed'",
            "  perdure schedule backfill nightly 2026-11-01T00:00:00Z 2026-11-08T00:00:00Z"})
public final class ScheduleCommand extends GroupCommand {

    private static String rhythm(Rhythm rhythm) {
        return switch (rhythm) {
            case Rhythm.Cron cron -> cron.expression() + " " + cron.zone();
            case Rhythm.Interval interval -> "every " + interval.every()
                    + (interval.offset().isZero() ? "" : " + " + interval.offset());
        };
    }

    private static String spanOf(@Nullable Duration span) {
        return span == null ? "any time" : span.toString();
    }

    private static ObjectNode json(StartOptions options) {
        StartOptions.Limits limits = options.limits();
        ObjectNode json = Json.object().put("queue", options.line().queue()).put("key", options.line().key())
                .put("priority", options.line().priority())
                .put("startWithin", limits.start() == null ? null : limits.start().toString())
                .put("finishWithin", limits.end() == null ? null : limits.end().toString());
        ObjectNode headers = json.putObject("headers");
        options.headers().forEach(headers::put);
        ObjectNode attributes = json.putObject("attributes");
        options.attributes().forEach(attributes::put);
        return json;
    }

    private static ObjectNode json(Schedules.View view) {
        Schedule schedule = view.schedule();
        ObjectNode json = Json.object().put("name", schedule.name()).put("rhythm", rhythm(schedule.rhythm()))
                .put("workflow", view.workflow()).put("overlap", schedule.overlap().name())
                .put("catchUp", schedule.catchUp().toString()).put("jitter", schedule.jitter().toString())
                .put("next", view.next().map(Instant::toString).orElse(null))
                .put("paused", view.pausedWhy().orElse(null)).put("waiting", view.waiting())
                .put("started", view.started()).put("skipped", view.skipped()).put("missed", view.missed())
                .put("problem", view.problem()).put("runId", view.runId()).put("status", view.status().name());
        json.set("input", Json.of(view.input()));
        json.set("startOptions", json(schedule.startOptions()));
        ArrayNode running = json.putArray("running");
        view.running().forEach(running::add);
        return json;
    }

    /** A command about one schedule. */
    @Command(sortOptions = false, usageHelpWidth = 100)
    abstract static class OfOne extends DatabaseCommand {

        @Parameters(index = "0", paramLabel = "NAME", description = "The name of the schedule.")
        protected String name;

        @Override
        protected final void run(Client client, Store store) {
            run(client.schedules());
        }

        abstract void run(Schedules schedules);
    }

    /** {@code perdure schedule list}. */
    @Command(name = "list", header = "List all schedules.")
    static final class ListAll extends DatabaseCommand {

        @Option(names = "--json", description = "Print a JSON object.")
        private boolean json;

        @Override
        protected void run(Client client, Store store) {
            List<Schedules.View> all = client.schedules().list();
            if (json) {
                out().println(Json.text(Json.list("schedules", all, ScheduleCommand::json)));
                return;
            }
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("NAME", "WHEN", "WORKFLOW", "NEXT", "REMARK"));
            for (Schedules.View view : all) {
                rows.add(List.of(view.schedule().name(), rhythm(view.schedule().rhythm()), view.workflow(),
                        view.next().map(Text::time).orElse("-"),
                        view.pausedWhy().map(why -> "paused: " + why).orElse(view.problem())));
            }
            Text.table(out(), rows);
        }
    }

    /** {@code perdure schedule show}. */
    @Command(name = "show", header = "Show how a schedule stands, and its next ticks.")
    static final class Show extends OfOne {

        @Option(names = "--json", description = "Print a JSON object.")
        private boolean json;

        @Option(names = "--ticks", paramLabel = "N", defaultValue = "3",
                description = "How many of the next ticks to show (default: ${DEFAULT-VALUE}).")
        private int ticks;

        @Override
        void run(Schedules schedules) {
            Schedules.View view = schedules.find(name).orElseThrow(() -> new InvalidArgumentException(
                    "there is no schedule '" + name + "'. See perdure schedule list"));
            if (json) {
                out().println(Json.text(ScheduleCommand.json(view)));
                return;
            }
            Schedule schedule = view.schedule();
            Text.field(out(), "schedule", schedule.name());
            Text.field(out(), "when", rhythm(schedule.rhythm()));
            Text.field(out(), "workflow", view.workflow());
            Text.field(out(), "input", view.input().text());
            Text.field(out(), "overlap", schedule.overlap() + ", catches up " + schedule.catchUp() + ", jitter "
                    + schedule.jitter());
            StartOptions options = schedule.startOptions();
            if (!options.line().queue().isEmpty()) {
                Text.field(out(), "queue", options.line().queue() + ", key '" + options.line().key() + "', priority "
                        + options.line().priority());
            }
            if (options.limits().start() != null || options.limits().end() != null) {
                Text.field(out(), "limits", "begins within " + spanOf(options.limits().start()) + ", ends within "
                        + spanOf(options.limits().end()));
            }
            view.pausedWhy().ifPresent(why -> Text.field(out(), "paused", why));
            view.next().ifPresent(next -> schedule.next(next.minusMillis(1), ticks).forEach(tick ->
                    Text.field(out(), "next", Text.time(tick))));
            view.running().forEach(runId -> Text.field(out(), "running", runId));
            Text.field(out(), "ticks", view.started() + " started, " + view.skipped() + " skipped, " + view.missed()
                    + " missed, " + view.waiting() + " waiting");
            if (!view.problem().isEmpty()) {
                Text.field(out(), "problem", view.problem());
            }
            Text.field(out(), "its own run", view.runId() + " is " + view.status());
        }
    }

    /** {@code perdure schedule put}. */
    @Command(name = "put", header = "Make a schedule, or put it in the place of the one of its name.")
    static final class Put extends OfOne {

        /** One of the two. */
        static final class When {

            @Option(names = "--cron", required = true, paramLabel = "EXPRESSION",
                    description = "Minute, hour, day of month, month, day of week.")
            private @Nullable String cron;

            @Option(names = "--every", required = true, paramLabel = "SPAN", description = "Such as 30s, 5m, 2h, 1d.")
            private @Nullable Duration every;
        }

        @ArgGroup(multiplicity = "1")
        private When when;

        @Option(names = "--zone", paramLabel = "ZONE", defaultValue = "UTC",
                description = "Whose wall clock --cron means (default: ${DEFAULT-VALUE}).")
        private String zone;

        @Option(names = "--workflow", required = true, paramLabel = "WORKFLOW", description = "What to start.")
        private String workflow;

        @Option(names = "--input", paramLabel = "JSON",
                description = "Its input: JSON, @FILE or - for standard input. Without it, null.")
        private @Nullable String input;

        @Option(names = "--overlap", paramLabel = "POLICY", defaultValue = "SKIP", description = "What a tick does "
                + "while an earlier run goes on: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
        private Schedule.Overlap overlap;

        @Option(names = "--catch-up", paramLabel = "SPAN", defaultValue = "1h", description = "How late a tick may be "
                + "and still start its run (default: ${DEFAULT-VALUE}).")
        private Duration catchUp;

        @Option(names = "--jitter", paramLabel = "SPAN", defaultValue = "0s",
                description = "By how much ticks are spread (default: ${DEFAULT-VALUE}).")
        private Duration jitter;

        @Mixin
        private RunOptions how;

        @Override
        void run(Schedules schedules) {
            Schedule schedule = (when.cron == null ? Schedule.every(name, when.every)
                    : Schedule.cron(name, when.cron, zone())).overlap(overlap).catchUp(catchUp).jitter(jitter)
                    .startOptions(how.addTo(StartOptions.none()));
            boolean made = schedules.put(schedule, workflow, input == null ? Payload.NONE : Json.payload(input));
            out().println((made ? "made " : "replaced ") + name + ", next "
                    + schedule.next(Instant.now(), 1).stream().map(Text::time).findFirst().orElse("never"));
        }

        private ZoneId zone() {
            try {
                return ZoneId.of(zone);
            } catch (DateTimeException unknown) {
                throw mistake("'" + zone + "' is not a time zone: write UTC, Europe/Berlin or +02:00");
            }
        }
    }

    /** {@code perdure schedule pause}. */
    @Command(name = "pause", header = "Let a schedule start nothing until it is resumed.")
    static final class Pause extends OfOne {

        @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "asked for at the command line",
                description = "Why, for people (default: ${DEFAULT-VALUE}).")
        private String reason;

        @Override
        void run(Schedules schedules) {
            schedules.pause(name, reason);
            out().println("paused " + name);
        }
    }

    /** {@code perdure schedule resume}. */
    @Command(name = "resume", header = "Let a schedule go on with its next tick.")
    static final class Resume extends OfOne {

        @Override
        void run(Schedules schedules) {
            schedules.resume(name);
            out().println("resumed " + name);
        }
    }

    /** {@code perdure schedule trigger}. */
    @Command(name = "trigger", header = "Start a run now.")
    static final class Trigger extends OfOne {

        @Override
        void run(Schedules schedules) {
            out().println("triggered " + schedules.trigger(name));
        }
    }

    /** {@code perdure schedule backfill}. */
    @Command(name = "backfill", header = "Start the runs of past ticks that have had none.")
    static final class Backfill extends OfOne {

        @Parameters(index = "1", paramLabel = "FROM", description = "The first, such as 2026-11-01T00:00:00Z.")
        private Instant from;

        @Parameters(index = "2", paramLabel = "TO", description = "The last; what is still to come is left out.")
        private Instant to;

        @Override
        void run(Schedules schedules) {
            out().println("asked " + name + " for " + schedules.backfill(name, from, to) + " ticks");
        }
    }

    /** {@code perdure schedule delete}. */
    @Command(name = "delete", header = "End a schedule. Runs that it has started go on.")
    static final class Delete extends OfOne {

        @Override
        void run(Schedules schedules) {
            if (!schedules.delete(name)) {
                throw new InvalidArgumentException("there is no schedule '" + name + "'. See perdure schedule list");
            }
            out().println("deleted " + name);
        }
    }
}
