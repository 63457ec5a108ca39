// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.ClosePolicy;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.TypeRef;
import dev.perdure.Workflow;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Event;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.store.Asker;
import dev.perdure.store.Fact;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Parent;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Journals that released versions have written are gone on with for ever.
 *
 * <p>To write those of a version: {@code -Dperdure.golden.write=VERSION}. It plays the conversation of each primitive
 * and writes the journals that are missing; those that are there stay as they are.
 */
class GoldenJournalsTest {

    private static final UUID INCARNATION = new UUID(0x7000L, 0x8000000000000001L);
    /** Not where it takes long: journals are read and gone on with alike on all of them, as the conversations show. */
    private static final List<Backend> BACKENDS = Stream.of(Backend.values())
            .filter(backend -> backend.affords(Life.LIVE)).toList();

    /** Of children, which do not stand in a journal. */
    private static final Map<String, String> INPUTS =
            Map.of("packer", "a hat", "sender", "a van", "waiter", "for ever");

    private static final UUID WRITER = new UUID(0x7000L, 0x8000000000000002L);

    @TempDir
    Path directory;

    static Stream<Golden> goldens() {
        return Golden.all().stream();
    }

    @BeforeAll
    static void writeWhatIsMissing() throws IOException, InterruptedException {
        String version = System.getProperty("perdure.golden.write");
        if (version != null) {
            // Nobody's name has to be kept for ever.
            System.setProperty("user.name", "somebody");
            for (Primitive primitive : Primitive.all()) {
                write(primitive.name(), version);
            }
        }
    }

    private static void write(String primitive, String version) throws IOException, InterruptedException {
        if (Files.exists(Golden.file(version, primitive))) {
            return;
        }
        Script script = Script.named(primitive);
        Path place = Files.createTempDirectory("golden");
        try (Stage stage = new Stage(Backend.MEMORY, place)) {
            Conversation conversation = new Conversation(script, stage, Life.LIVE);
            conversation.play();
            new Golden(primitive, version, script.play(), conversation.firstJournal()).write();
        }
        Files.delete(place);
    }

    // ---- they go on ----

    @ParameterizedTest(name = "{0}")
    @MethodSource("goldens")
    void x10_f9_a_journal_of_a_released_version_is_gone_on_with_from_every_unit(Golden golden) throws Exception {
        for (Backend backend : BACKENDS) {
            for (int units = 1; units < golden.units().size(); units++) {
                goOn(golden, units, backend);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("goldens")
    void x10_f9_a_finished_journal_of_a_released_version_is_replayed_to_its_end(Golden golden) throws Exception {
        if (statusOf(golden) == RunStatus.CONTINUED) {
            // Its successor has the name; the first test has it say its last unit again, live.
            return;
        }
        for (Backend backend : BACKENDS) {
            try (Stage stage = stageWith(golden, golden.units().size(), backend)) {
                Workflow.Implemented<String, String> workflow = new ChangedPlays(0).workflow(golden.play());
                // A question to a finished run is answered by its code, which has to come through the whole journal.
                assertThat(stage.start(workflow).handle(Conversation.RUN).query("seen", null, String.class))
                        .isEqualTo("replayed");
            }
        }
    }

    private void goOn(Golden golden, int units, Backend backend) throws Exception {
        try (Stage stage = stageWith(golden, units, backend)) {
            Workflow.Implemented<String, String> workflow = new ChangedPlays(0).workflow(golden.play());
            stage.start(workflow);
            for (Unit unit : golden.units().subList(units, golden.units().size())) {
                stage.awaitRest(Conversation.RUN);
                happens(stage, unit);
            }
            stage.awaitRest(Conversation.RUN);
            // What was lost with the attempts of a step, or with the cut, takes its time once more.
            for (int day = 0; day < 3 && !ended(stage); day++) {
                stage.world.advance(Duration.ofDays(1));
                stage.awaitRest(Conversation.RUN);
            }
            String at = golden + " from unit " + units + " on " + backend + ": "
                    + stage.outside().handle(Conversation.RUN).explain() + "\n" + stage.journal(Conversation.RUN);
            RunStatus ended = stage.disk.find(INCARNATION).orElseThrow().status();
            assertThat(ended).as(at).isEqualTo(statusOf(golden));
            assertThat(stage.disk.journal(INCARNATION, 0, Integer.MAX_VALUE)).as(at)
                    .startsWith(golden.units().subList(0, units).toArray(Unit[]::new));
        }
    }

    private static boolean ended(Stage stage) {
        RunStatus status = stage.disk.find(INCARNATION).orElseThrow().status();
        return status.isFinished() || status == RunStatus.STUCK;
    }

    /** The world does again what the unit has heard; steps are carried out by themselves. */
    private static void happens(Stage stage, Unit unit) {
        long late = unit.at() - stage.world.currentMillis();
        if (late > 0) {
            stage.world.advance(Duration.ofMillis(late));
            stage.awaitRest(Conversation.RUN);
        }
        if (ended(stage)) {
            return;
        }
        switch (unit.arrival()) {
            case Arrival.SignalReceived signal -> stage.engine().signal(Conversation.RUN, signal.name(),
                    Stage.payloads().decode(signal.value(), TypeRef.of(String.class)));
            case Arrival.FactLearned learned -> stage.engine().emitEvent(learned.name(),
                    Stage.payloads().decode(learned.value(), TypeRef.of(String.class)));
            case Arrival.CancelRequested asked -> stage.engine().cancel(Conversation.RUN, asked.reason());
            default -> { }
        }
    }

    /** A store that holds so many units of a journal, and an engine that was there before. */
    private Stage stageWith(Golden golden, int units, Backend backend) throws IOException {
        Stage stage = new Stage(backend, Files.createTempDirectory(directory, "golden"));
        List<Unit> held = golden.units().subList(0, units);
        long now = held.getLast().at();
        Payload input = Stage.payloads().encode("in");
        NewRun run = new NewRun(Conversation.RUN, INCARNATION, INCARNATION, "play", input, Map.of(), Map.of(),
                held.getFirst().at(), held.getFirst().at(), null);
        RunState state = units < golden.units().size() ? null
                : new RunState(statusOf(golden), Long.MAX_VALUE, "", "", 0, true, now);
        stage.disk.join(WRITER, now);
        List<Outcome> outcomes = stage.disk.write(List.of(new Write.Advance(WRITER, INCARNATION,
                new Write.Start(run, false, List.of()), held, List.of(), state, List.of(), List.of(), Map.of(), null,
                new Write.Others(children(held), Set.of(), List.of(), said(golden, held), List.of()))));
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.kind()).isEqualTo(Outcome.Kind.DONE));
        stage.disk.leave(WRITER);
        stage.world.advance(Duration.ofMillis(now - stage.world.currentMillis()));
        return stage;
    }

    /** The children that these units have started and not heard of, which have not begun. */
    private static List<Write.Start> children(List<Unit> held) {
        Map<Position, Write.Start> children = new LinkedHashMap<>();
        for (Unit unit : held) {
            if (unit.arrival() instanceof Arrival.Answer answer) {
                children.remove(answer.at());
            }
            for (Command command : unit.commands()) {
                if (command instanceof Command.ChildStarted started) {
                    NewRun child = new NewRun(started.runId(), started.child(), started.child(), started.name(),
                            Stage.payloads().encode(INPUTS.get(started.runId())), Map.of(), Map.of(), unit.at(),
                            unit.at(), null, new Parent(Conversation.RUN, INCARNATION, INCARNATION, started.at(),
                                    ClosePolicy.CANCEL));
                    children.put(started.at(), new Write.Start(child, false, List.of()));
                }
            }
        }
        return List.copyOf(children.values());
    }

    /** What stands beside these units because they have said something to others. */
    private static Write.Said said(Golden golden, List<Unit> held) {
        Map<Position, Write.Signalled> signals = new LinkedHashMap<>();
        Map<Position, Write.Listening> listening = new LinkedHashMap<>();
        List<Fact> facts = new ArrayList<>();
        for (Unit unit : held) {
            if (unit.arrival() instanceof Arrival.Answer answer) {
                signals.remove(answer.at());
                listening.remove(answer.at());
            }
            for (Command command : unit.commands()) {
                if (command instanceof Command.SignalSent sent) {
                    Asker asker = new Asker(INCARNATION, INCARNATION, sent.at());
                    signals.put(sent.at(), new Write.Signalled(sent.runId(), asker.signal(sent.name(),
                            Stage.payloads().encode("from myself"), "somebody", unit.at()), asker));
                } else if (command instanceof Command.FactAwaited awaited) {
                    listening.put(awaited.at(), new Write.Listening(new Asker(INCARNATION, INCARNATION, awaited.at()),
                            awaited.name()));
                } else if (command instanceof Command.FactEmitted emitted) {
                    facts.add(new Fact(emitted.name(), valueOf(golden, emitted.name()), "somebody", unit.at()));
                }
            }
        }
        return new Write.Said(List.copyOf(signals.values()), facts, List.copyOf(listening.values()), List.of());
    }

    private static Payload valueOf(Golden golden, String fact) {
        return golden.units().stream().map(Unit::arrival).filter(Arrival.FactLearned.class::isInstance)
                .map(Arrival.FactLearned.class::cast).filter(learned -> learned.name().equals(fact))
                .map(Arrival.FactLearned::value).findFirst().orElseThrow();
    }

    private static RunStatus statusOf(Golden golden) {
        return switch (golden.units().getLast().commands().getLast()) {
            case Command.RunCompleted ignored -> RunStatus.COMPLETED;
            case Command.RunFailed ignored -> RunStatus.FAILED;
            case Command.RunCancelled ignored -> RunStatus.CANCELLED;
            case Command.RunContinued ignored -> RunStatus.CONTINUED;
            case Command other -> throw new AssertionError(golden + " does not end its run, but says " + other);
        };
    }

    // ---- they are all there ----

    @Test
    void f9_each_primitive_has_a_conversation_and_a_golden_journal() {
        TreeSet<String> written = Golden.all().stream().map(Golden::primitive)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(Primitive.all()).allSatisfy(primitive -> {
            assertThat(Script.named(primitive.name()).file()).exists();
            assertThat(written).as("run GoldenJournalsTest with -Dperdure.golden.write=VERSION")
                    .contains(primitive.name());
        });
    }

    @Test
    void f9_whatever_a_workflow_may_call_belongs_to_a_primitive() {
        TreeSet<String> covered = Primitive.all().stream().flatMap(primitive -> primitive.calls().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(Primitive.everyCall()).as("calls that no line of %s has", Primitive.FILE)
                .isSubsetOf(covered);
        assertThat(covered).as("calls in %s that are gone", Primitive.FILE).isSubsetOf(Primitive.everyCall());
    }

    @Test
    void f9_every_kind_of_event_stands_in_a_golden_journal() {
        TreeSet<String> written = Golden.all().stream().flatMap(golden -> golden.units().stream())
                .flatMap(unit -> Stream.concat(Stream.of(unit.arrival()), unit.commands().stream()))
                .map(Event::wireName).collect(Collectors.toCollection(TreeSet::new));
        long kinds = Stream.of(Arrival.class, Command.class).flatMap(GoldenJournalsTest::records).count();
        assertThat(written).hasSize((int) kinds);
    }

    private static Stream<Class<?>> records(Class<?> sealed) {
        return sealed.isSealed() ? Arrays.stream(sealed.getPermittedSubclasses()).flatMap(GoldenJournalsTest::records)
                : Stream.of(sealed);
    }
}
