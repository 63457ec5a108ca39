// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import dev.perdure.engine.Client;
import dev.perdure.engine.JournalText;
import dev.perdure.examples.demo.shop.Checkout;
import dev.perdure.examples.demo.shop.Database;
import dev.perdure.examples.demo.shop.Order;
import dev.perdure.examples.demo.shop.Provider;
import dev.perdure.examples.demo.shop.WorkDirectory;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Tells what happened, from the journals and the provider's request log: a table, and one order's journal. */
final class Report {

    private static final int MOST_DETAILED = 20;
    private static final int WIDTH = 100;
    private static final JsonMapper JSON = new JsonMapper();

    private final Happened happened;
    private final Map<Provider.Answer, Integer> answers = new EnumMap<>(Provider.Answer.class);
    private int requests;
    private int repeatedRequests;
    private long runs;
    private long entries;
    private long steps;
    private long attempts;
    private @Nullable Told told;

    /** The order whose journal is shown, and how much it went through. */
    private record Told(Order order, List<Unit> journal, int kills, int retries) {

        /** A kill says more than a retry, and an order that was shipped tells the longer story. */
        int weight() {
            boolean packed = journal.stream().anyMatch(unit -> unit.arrival() instanceof Arrival.SignalReceived signal
                    && signal.name().equals(Checkout.PACKED));
            return (packed ? 1_000 : 0) + 10 * kills + retries;
        }
    }

    private Report(Happened happened) {
        this.happened = happened;
    }

    /** Reads what there is to tell. */
    static Report of(List<Order> orders, Client client, WorkDirectory directory, Happened happened) throws IOException {
        Report report = new Report(happened);
        for (Order order : orders) {
            report.add(order, client.handle(Checkout.CHECKOUT, order.id()).journal());
        }
        for (String line : Files.readAllLines(directory.requests())) {
            Provider.Request request = JSON.readValue(line, Provider.Request.class);
            report.requests++;
            report.repeatedRequests += request.repeated() ? 1 : 0;
            report.answers.merge(request.answer(), 1, Integer::sum);
        }
        return report;
    }

    private void add(Order order, List<Unit> journal) {
        int tries = 0;
        int made = 0;
        for (Unit unit : journal) {
            entries += unit.size();
            int times = switch (unit.arrival()) {
                case Arrival.StepCompleted step -> step.attempts();
                case Arrival.StepFailed step -> step.attempts();
                default -> 0;
            };
            made += times > 0 ? 1 : 0;
            tries += times;
        }
        runs++;
        steps += made;
        attempts += tries;
        Told candidate = new Told(order, journal, killsDuring(order, journal), tries - made);
        if (told == null || candidate.weight() > told.weight()) {
            told = candidate;
        }
    }

    private int killsDuring(Order order, List<Unit> journal) {
        if (journal.isEmpty()) {
            return 0;
        }
        long from = journal.getFirst().at();
        long to = journal.getLast().at();
        return (int) happened.kills().stream().filter(kill -> happened.hit(kill, order.id()))
                .map(kill -> kill.at().toEpochMilli()).filter(at -> at >= from && at < to).count();
    }

    /** The table. */
    String table(Audit audit, boolean forgetsKeys) {
        StringBuilder text = new StringBuilder("What happened\n\n");
        row(text, "orders", runs, "%,d shipped; %,d out of stock and refunded", audit.completed(), audit.compensated());
        row(text, "steps", steps, "one outcome each; %,d attempts failed and were repeated", attempts - steps);
        row(text, "journal entries", entries, "");
        row(text, "kills", happened.kills().size(), "SIGKILL, exit code %d each time", Coordinator.KILLED);
        row(text, "replays", happened.replays.get(), "runs brought back from their journals, %,d entries read",
                happened.replayedEntries.get());
        row(text, "payment requests", requests, "as the provider counts them");
        row(text, "  answered", answers(Provider.Answer.ANSWERED), "");
        row(text, "  answered 503", answers(Provider.Answer.UNAVAILABLE), "not carried out");
        row(text, "  answer lost", answers(Provider.Answer.ANSWER_LOST), "carried out, then the connection broke");
        row(text, "  answered late", answers(Provider.Answer.ANSWERED_LATE), "carried out, nobody listened any more");
        row(text, "  with the same key", repeatedRequests, forgetsKeys
                ? "repeated; the provider FORGETS KEYS and took them for new ones"
                : "repeated; the provider knew them again");
        row(text, "other effects repeated", happened.repeatedEffects.get(),
                "stock, parcels, mail: with the same key, after a kill");
        return text.toString();
    }

    /** How fast the orders of dead nodes went to others: each time, and the longest; empty if none ever did. */
    Optional<String> takeOvers() {
        StringBuilder text = new StringBuilder("Take-overs: from the kill until all orders of the dead node were in "
                + "other hands. The lease is " + Database.LEASE.toSeconds() + " s.\n\n");
        OptionalDouble longest = OptionalDouble.empty();
        for (Happened.TakeOver takeOver : happened.takeOvers()) {
            Happened.Kill kill = takeOver.kill();
            text.append(String.format("  %-8s killed at %6.1f s  %5d orders   ", kill.node(), kill.seconds(),
                    takeOver.orders().size()));
            if (takeOver.orders().isEmpty()) {
                text.append("nothing to take over\n");
            } else {
                double seconds = takeOver.took().toMillis() / 1e3;
                text.append(String.format("%5.2f s%n", seconds));
                longest = OptionalDouble.of(Math.max(seconds, longest.orElse(0)));
            }
        }
        return longest.isEmpty() ? Optional.empty()
                : Optional.of(text.append(String.format("  the longest%33s%5.2f s%n", "", longest.getAsDouble()))
                .toString());
    }

    private int answers(Provider.Answer answer) {
        return answers.getOrDefault(answer, 0);
    }

    private static void row(StringBuilder text, String what, long figure, String remark, Object... figures) {
        text.append(String.format("  %-24s%,8d   %s", what, figure, String.format(remark, figures)).stripTrailing())
                .append('\n');
    }

    /** One order's journal: of the one that went through the most. */
    String journal() {
        StringBuilder text = new StringBuilder(String.format("The journal of one order: %s, %s, %s %,.2f. %s%n%n",
                told.order().id(), told.order().customer(), told.order().currency(), told.order().amount() / 100.0,
                told.kills() == 0 ? "No kill came between." : told.kills() == 1 ? "It lived through one kill."
                        : "It lived through " + told.kills() + " kills."));
        int next = 0;
        List<Instant> kills = happened.kills().stream().filter(kill -> happened.hit(kill, told.order().id()))
                .map(kill -> kill.at().truncatedTo(ChronoUnit.MILLIS)).toList();
        for (int i = 0; i < told.journal().size(); i++) {
            Unit unit = told.journal().get(i);
            for (; next < kills.size() && kills.get(next).toEpochMilli() <= unit.at(); next++) {
                if (i > 0) {
                    text.append(String.format("       %-24s  -- kill -9 --%n", kills.get(next)));
                }
            }
            text.append(JournalText.of(List.of(unit)));
        }
        return text.toString();
    }

    /** The result of the check. */
    static String verdict(Audit audit) {
        StringBuilder text = new StringBuilder("The check: from the provider's ledger and the files on disk, without "
                + "asking the engine\n\n");
        if (audit.holds()) {
            text.append(String.format("  ok  %,6d completed:    each charged, shipped and mailed exactly once%n",
                    audit.completed()));
            text.append(String.format("  ok  %,6d compensated:  each charged and refunded exactly once, never "
                    + "shipped%n",
                    audit.compensated()));
            text.append(String.format("  ok  %,6d in all:       every order ended, every amount is right%n",
                    audit.completed() + audit.compensated()));
        } else {
            violations(text, audit.violations());
        }
        return text.toString();
    }

    private static void violations(StringBuilder text, List<Audit.Violation> violations) {
        text.append(String.format("  VIOLATED by %,d %s%n%n", violations.size(), violations.size() == 1 ? "order"
                : "orders"));
        violations.stream().limit(MOST_DETAILED).forEach(violation ->
                text.append("  ").append(violation.order()).append("  ").append(violation.what()).append('\n'));
        if (violations.size() > MOST_DETAILED) {
            StringBuilder line = new StringBuilder("  and:");
            for (Audit.Violation violation : violations.subList(MOST_DETAILED, violations.size())) {
                if (line.length() + violation.order().length() >= WIDTH) {
                    text.append(line).append('\n');
                    line = new StringBuilder("      ");
                }
                line.append(' ').append(violation.order());
            }
            text.append(line).append('\n');
        }
    }
}
