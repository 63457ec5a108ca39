// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.Queue;
import dev.perdure.RunStatus;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.store.Asker;
import dev.perdure.store.Attempt;
import dev.perdure.store.Fact;
import dev.perdure.store.Limit;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Store;
import dev.perdure.store.Ticket;
import dev.perdure.store.Write;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes writes by chance: mostly such as an engine would send, knowing from the model what there is, and some that
 * must be refused. A write is a function of the store, because the numbers of messages are each store's own.
 */
final class RandomWrites {

    private static final RunStatus[] SAID = {RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.RUNNING,
            RunStatus.SUSPENDED,
            RunStatus.SUSPENDED, RunStatus.SUSPENDED, RunStatus.PAUSED, RunStatus.STUCK, RunStatus.COMPLETED,
            RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.TERMINATED, RunStatus.CONTINUED};

    private static final String[] WORDS =
            {"", "charge", "it's", "\"quoted\"", "äöü", "\uD83D\uDE80", "a\nb\tc", "%_", "NULL", "main/2"};

    private static final int NAMES = 9;

    private final Random random;
    private final MemoryStore model;

    /** Every incarnation that was ever tried to be started; the newest last. */
    private final List<UUID> incarnations = new ArrayList<>();

    /** Where journals end after the writes of this batch so far. */
    private final Map<UUID, Long> lastSeqs = new HashMap<>();

    UUID node;
    long now = 1_700_000_000_000L;

    private int factsNamed;

    RandomWrites(Random random, MemoryStore model, UUID node) {
        this.random = random;
        this.model = model;
        this.node = node;
    }

    List<Function<Store, Write>> batch() {
        lastSeqs.clear();
        if (chance(3)) {
            // By itself: who in a batch hears of another first is not said.
            return List.of(switch (random.nextInt(8)) {
                case 0, 1 -> same(new Write.Emit(fact()));
                case 2 -> same(new Write.Define(limits(), chance(3)));
                case 3 -> same(expire());
                default -> talk();
            });
        }
        List<Function<Store, Write>> batch = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            batch.add(write());
        }
        return batch;
    }

    List<UUID> incarnations() {
        return incarnations;
    }

    /** The names that runs are given. */
    List<String> names() {
        return IntStream.range(0, NAMES).mapToObj(number -> "run-" + number).toList();
    }

    /** The name of a run; some are taken most of the time, one never is. */
    String name() {
        return chance(12) ? "nobody" : takenName();
    }

    private String takenName() {
        return names().get(random.nextInt(NAMES));
    }

    String workflow() {
        return "workflow-" + random.nextInt(3);
    }

    /** An incarnation that was started at some time, or one that never was. */
    UUID anyIncarnation() {
        return incarnations.isEmpty() || chance(20) ? id() : incarnations.get(random.nextInt(incarnations.size()));
    }

    UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private Function<Store, Write> write() {
        return switch (random.nextInt(12)) {
            case 0 -> same(start());
            case 1, 2 -> same(new Write.Send(name(), message()));
            case 3 -> same(new Write.Redrive(name(), now));
            case 4 -> same(chance(3) ? new Write.Terminate(name(), message()) : new Write.Send(name(), message()));
            case 5 -> same(new Write.Release(node(), advanced()));
            default -> advance();
        };
    }

    private static Function<Store, Write> same(Write write) {
        return store -> write;
    }

    private UUID node() {
        return chance(25) ? id() : node;
    }

    // ---- starts ----

    private Write.Start start() {
        NewRun again = incarnations.isEmpty() || !chance(8) ? null : model.launch(anyIncarnation()).orElse(null);
        return new Write.Start(again == null ? newRun(takenName(), null) : again, random.nextBoolean(), messages(3),
                runLimits());
    }

    private List<Limit> runLimits() {
        List<Limit> limits = new ArrayList<>();
        for (Limit.Kind kind : Limit.Kind.values()) {
            if (chance(4)) {
                limits.add(new Limit(kind, now + random.nextInt(60), random.nextInt(60)));
            }
        }
        return limits;
    }

    /** A limit that is exceeded, or one that nobody has set. */
    private Write.Expire expire() {
        List<Limit.Of> exceeded = model.exceeded(now);
        return new Write.Expire(exceeded.isEmpty() ? new Limit.Of(anyIncarnation(), new Limit(Limit.Kind.END, now, 5))
                : exceeded.get(random.nextInt(exceeded.size())), now);
    }

    private NewRun newRun(String runId, @Nullable RunRow before) {
        UUID incarnation = id();
        incarnations.add(incarnation);
        Map<String, String> attributes = new LinkedHashMap<>();
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            attributes.put("attribute-" + random.nextInt(2), "value-" + random.nextInt(2));
            headers.put("header-" + random.nextInt(9), word());
        }
        return new NewRun(runId, incarnation, before == null ? incarnation : before.chain(),
                before == null ? workflow() : before.workflow(), payload(), headers, attributes, now,
                now + random.nextInt(20) - 10, before == null ? null : before.incarnation(), null,
                before == null ? ticket() : model.launch(before.incarnation()).orElseThrow().ticket());
    }

    private Ticket ticket() {
        return chance(2) ? Ticket.NONE : new Ticket(queue(), chance(3) ? "" : "key-" + random.nextInt(3),
                chance(4) ? random.nextInt(5) - 2 : 0);
    }

    /** The name of a queue; some have runs most of the time, one never has. */
    String queue() {
        return "queue-" + random.nextInt(3);
    }

    private Queue limits() {
        Queue queue = Queue.named(chance(8) ? "queue-9" : queue());
        return switch (random.nextInt(6)) {
            case 0 -> queue.limit(random.nextInt(4));
            case 1 -> queue.limitPerKey(1 + random.nextInt(2));
            case 2 -> queue.limitPerNode(1 + random.nextInt(3));
            case 3 -> queue.rate(1 + random.nextInt(3), Duration.ofMillis(1 + random.nextInt(40)));
            case 4 -> queue.limit(1 + random.nextInt(5)).limitPerKey(1 + random.nextInt(2));
            default -> queue;
        };
    }

    // ---- messages ----

    private List<NewMessage> messages(int most) {
        List<NewMessage> messages = new ArrayList<>();
        for (int i = random.nextInt(most); i > 0; i--) {
            messages.add(message());
        }
        return messages;
    }

    private NewMessage message() {
        NewMessage.Kind[] kinds = NewMessage.Kind.values();
        return new NewMessage("message-" + random.nextInt(60), kinds[random.nextInt(kinds.length)], word(), payload(),
                word(), now);
    }

    // ---- advances ----

    /** Mostly a run that the node owns. */
    private UUID advanced() {
        List<UUID> owned = incarnations.stream()
                .filter(each -> model.find(each).map(row -> node.equals(row.owner())).orElse(false)).toList();
        return owned.isEmpty() || chance(25) ? anyIncarnation() : owned.get(random.nextInt(owned.size()));
    }

    private Function<Store, Write> advance() {
        Write.Start creation = chance(4) ? start() : null;
        UUID incarnation = creation == null ? advanced() : creation.run().incarnation();
        RunRow row = creation == null ? model.find(incarnation).orElse(null) : null;
        RunState state = chance(3) ? null : state(row != null);
        Write.Succession successor = row == null || state == null || state.status() != RunStatus.CONTINUED ? null
                : new Write.Succession(newRun(row.runId(), row), messages(3));
        UUID by = node();
        List<Unit> units = units(incarnation);
        List<Attempt> attempts = attempts();
        List<Position> answered = chance(4) ? List.of(position(), position()) : List.of();
        Map<String, Payload> published = published();
        int seed = random.nextInt();
        return store -> new Write.Advance(by, incarnation, creation, units, heard(store, row, seed), state, attempts,
                answered, published, successor);
    }

    // ---- what runs say to others ----

    /** Of a name that others may have, too; new names come all the time. */
    private Fact fact() {
        factsNamed++;
        return new Fact("fact-" + (factsNamed / 4 + random.nextInt(20)), payload(), word(), now);
    }

    /**
     * An advance that says something to others, at places that were never used before. A fact comes by itself: whether
     * one that was waited for is heard before the rest of the write or after it is not said.
     */
    private Function<Store, Write> talk() {
        Function<Store, Write> advance = advance();
        Write.Advance said = (Write.Advance) advance.apply(model);
        UUID run = said.incarnation();
        UUID chain = said.creation() != null ? said.creation().run().chain()
                : model.find(run).map(RunRow::chain).orElse(run);
        List<Write.Signalled> signals = new ArrayList<>();
        List<Fact> facts = List.of();
        List<Write.Listening> listening = new ArrayList<>();
        boolean emits = chance(3);
        for (int i = random.nextInt(5); i >= 0 && !said.units().isEmpty(); i--) {
            Asker asker = new Asker(run, chain, new Position("main", random.nextInt()));
            if (emits) {
                facts = List.of(fact());
            } else if (chance(2)) {
                signals.add(new Write.Signalled(name(), asker.signal(word(), payload(), word(), now), asker));
            } else {
                listening.add(new Write.Listening(asker, fact().name()));
            }
        }
        List<Position> givenUp = new ArrayList<>();
        model.listening(run).stream().filter(each -> !emits && chance(2))
                .forEach(each -> givenUp.add(each.asker().at()));
        listening.stream().filter(each -> chance(2)).forEach(each -> givenUp.add(each.asker().at()));
        Write.Others others = new Write.Others(new Write.Said(signals, facts, listening, givenUp));
        return store -> {
            Write.Advance plain = (Write.Advance) advance.apply(store);
            return new Write.Advance(plain.node(), plain.incarnation(), plain.creation(), plain.units(), plain.heard(),
                    plain.state(), plain.attempts(), plain.answered(), plain.published(), plain.successor(), others);
        };
    }

    private RunState state(boolean mayContinue) {
        RunStatus status = mayContinue && chance(8) ? RunStatus.CONTINUED : SAID[random.nextInt(SAID.length - 1)];
        boolean free = status == RunStatus.PAUSED || status == RunStatus.QUEUED
                || status == RunStatus.SUSPENDED && !chance(3);
        return new RunState(status, chance(3) ? Long.MAX_VALUE : now + random.nextInt(30), word(), word(),
                random.nextInt(3), free, now);
    }

    private List<Unit> units(UUID incarnation) {
        long last = lastSeqs.getOrDefault(incarnation, model.lastUnit(incarnation).map(Unit::lastSeq).orElse(0L));
        long seq = last + 1 + (chance(15) ? random.nextInt(5) - 2 : 0);
        List<Unit> units = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            Unit unit = new Unit(seq, now, arrival(), commands());
            units.add(unit);
            seq = unit.lastSeq() + 1;
        }
        if (!units.isEmpty()) {
            lastSeqs.put(incarnation, seq - 1);
        }
        return units;
    }

    private Arrival arrival() {
        return switch (random.nextInt(4)) {
            case 0 -> new Arrival.TimerFired(position());
            case 1 -> new Arrival.SignalReceived(word(), payload(), word());
            case 2 -> new Arrival.StepFailed(position(), word(), failure(), random.nextInt(5));
            default -> new Arrival.StepCompleted(position(), word(), payload(), random.nextInt(5));
        };
    }

    private List<Command> commands() {
        List<Command> commands = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            commands.add(new Command.SideEffectRecorded(position(), word(), payload()));
        }
        return commands;
    }

    private List<Attempt> attempts() {
        return chance(4) ? List.of(new Attempt(position(), word(), random.nextInt(5), now, now + 5,
                failure())) : List.of();
    }

    private Map<String, Payload> published() {
        return chance(4) ? Map.of("value-" + random.nextInt(3), payload()) : Map.of();
    }

    /** Some messages from the inbox, the same in each store, and rarely one that is not there. */
    private static List<Long> heard(Store store, @Nullable RunRow row, int seed) {
        List<Long> numbers = new ArrayList<>();
        Random random = new Random(seed);
        if (row != null) {
            for (Message message : store.inbox(row.chain())) {
                if (random.nextBoolean()) {
                    numbers.add(message.number());
                }
            }
        }
        if (random.nextInt(10) == 0) {
            numbers.add(Long.MAX_VALUE);
        }
        return numbers;
    }

    // ---- values ----

    private Position position() {
        return new Position(chance(2) ? "main" : "main/2", random.nextInt(3));
    }

    private Failure failure() {
        return new Failure(word(), List.of(word()), chance(2) ? null : word(), word(), chance(2) ? null : failure(),
                payload(), chance(2) ? null : Duration.ofMillis(random.nextInt(1000)));
    }

    private Payload payload() {
        return chance(5) ? Payload.NONE
                : new Payload(chance(2) ? "json" : "raw", word().repeat(random.nextInt(50))
                .getBytes(StandardCharsets.UTF_8));
    }

    private String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }
}
