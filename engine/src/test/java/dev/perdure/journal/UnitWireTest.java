// SPDX-License-Identifier: Apache-2.0
package dev.perdure.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is on disk: every event as it was written, whatever a newer version appended, and never a wrong guess. */
class UnitWireTest {

    private static final Position AT = new Position("main/async-1/Größe", 1_000_000);
    private static final Payload VALUE = new Payload("json+gzip", new byte[] {0, -1, 127, -128, 5});
    private static final Failure FAILURE = new Failure("com.acme.Declined", List.of("java.io.IOException", "x"), "nö",
            "trace\n\tat", new Failure("a.B", List.of(), null, "", null, Payload.NONE, null), VALUE,
            Duration.ofMillis(1_500));

    static Stream<Arrival> arrivals() {
        return Stream.of(new Arrival.RunStarted(Long.MIN_VALUE), new Arrival.RunStarted(7),
                new Arrival.StepCompleted(AT, "charge", VALUE, 3),
                new Arrival.StepCompleted(AT, "none", Payload.NONE, 1),
                new Arrival.StepFailed(AT, "charge", FAILURE, 12), new Arrival.StepOutcomeUnknown(AT, "pay"),
                new Arrival.StepCancelled(AT, "pay"), new Arrival.TimerFired(AT),
                new Arrival.SignalReceived("go", VALUE, "message-1"), new Arrival.CancelRequested("sold out", "ann"),
                new Arrival.ChildCompleted(AT, "ship", VALUE),
                new Arrival.ChildFailed(AT, "ship", RunStatus.TERMINATED, FAILURE),
                new Arrival.SignalDelivered(AT, "go"), new Arrival.SignalRefused(AT, "go", RunStatus.FAILED),
                new Arrival.SignalRefused(AT, "go", null), new Arrival.FactLearned(AT, "paid", VALUE));
    }

    static Stream<Command> commands() {
        return Stream.of(new Command.StepScheduled(AT, "pay"), new Command.TimerSet(AT, "sleep", Long.MAX_VALUE),
                new Command.TimerCancelled(AT), new Command.SignalAwaited(AT, "go", 17),
                new Command.SideEffectRecorded(AT, "host", VALUE), new Command.ValuePublished(AT, "stage"),
                new Command.VersionMarked("parcels", Integer.MAX_VALUE), new Command.RunCompleted(VALUE),
                new Command.RunCompleted(Payload.NONE), new Command.RunFailed(FAILURE),
                new Command.RunCancelled(FAILURE),
                new Command.RunContinued(UUID.fromString("019b76da-a800-7000-8000-00000000000f"), VALUE),
                new Command.ChildStarted(AT, "ship", "parcel-1", new UUID(1, 2)), new Command.ChildCancelled(AT),
                new Command.SignalSent(AT, "go", "order-7"), new Command.FactEmitted(AT, "paid"),
                new Command.FactAwaited(AT, "paid", 17));
    }

    private static Unit everything(Arrival arrival) {
        return new Unit(42, 1_700_000_000_000L, arrival, commands().toList());
    }

    @ParameterizedTest
    @MethodSource("arrivals")
    void every_event_is_read_as_it_was_written(Arrival arrival) {
        assertThat(UnitFormat.decode(42, UnitFormat.encode(everything(arrival)))).isEqualTo(everything(arrival));
        Unit alone = new Unit(1, 0, arrival, List.of());
        assertThat(UnitFormat.decode(1, UnitFormat.encode(alone))).isEqualTo(alone);
    }

    @Test
    void every_kind_of_event_is_tried_here() {
        Set<Class<?>> tried = Stream.concat(arrivals(), commands()).map(Object::getClass).collect(Collectors.toSet());
        assertThat(kindsOf(Arrival.class)).isSubsetOf(tried);
        assertThat(kindsOf(Command.class)).isSubsetOf(tried);
    }

    private static Set<Class<?>> kindsOf(Class<?> family) {
        return Arrays.stream(family.getPermittedSubclasses())
                .flatMap(each -> each.isSealed() ? kindsOf(each).stream() : Stream.of(each))
                .filter(each -> !Modifier.isAbstract(each.getModifiers())).collect(Collectors.toSet());
    }

    @Test
    void the_names_of_kinds_are_fixed_for_ever() {
        assertThat(Stream.concat(arrivals(), commands()).map(Event::wireName).distinct()).containsExactly("run_started",
                "step_completed", "step_failed", "step_outcome_unknown", "step_cancelled", "timer_fired",
                "signal_received", "cancel_requested", "child_completed", "child_failed", "signal_delivered",
                "signal_refused", "fact_learned", "step_scheduled",
                "timer_set", "timer_cancelled",
                "signal_awaited", "side_effect_recorded", "value_published", "version_marked", "run_completed",
                "run_failed", "run_cancelled", "run_continued", "child_started", "child_cancelled",
                "signal_sent", "fact_emitted", "fact_awaited");
    }

    @Test
    void fields_that_a_newer_version_appended_are_passed_over() {
        byte[] written = UnitFormat.encode(new Unit(1, 5, new Arrival.TimerFired(new Position("main", 3)), List.of()));
        // The event is the last part: its kind, its length, and then its fields up to the end.
        int length = written.length - indexOfLength(written) - 1;
        byte[] newer = Arrays.copyOf(written, written.length + 3);
        newer[indexOfLength(written)] = (byte) (length + 3);
        Arrays.fill(newer, written.length, newer.length, (byte) 9);

        assertThat(UnitFormat.decode(1, newer)).isEqualTo(UnitFormat.decode(1, written));
    }

    /** Behind the form, the time (5, one octet) and the kind. */
    private static int indexOfLength(byte[] written) {
        assertThat(written[written.length - 1 - "main".length() - 2]).as("the length of the event's part").isEqualTo(
                (byte) ("main".length() + 2));
        return written.length - 1 - "main".length() - 2;
    }

    @Test
    void an_event_of_an_unknown_kind_or_form_is_refused_and_the_remedy_told() {
        byte[] written = UnitFormat.encode(new Unit(1, 5, new Arrival.TimerFired(new Position("main", 3)), List.of()));
        byte[] kind = written.clone();
        kind[indexOfLength(written) - 1] = 63;
        assertThatThrownBy(() -> UnitFormat.decode(17, kind)).isInstanceOf(UnreadableUnitException.class)
                .hasMessageContaining("entry 17").hasMessageContaining("kind 63").hasMessageContaining("newer version")
                .hasMessageContaining("redrive");
        byte[] form = written.clone();
        form[0] = 99;
        assertThatThrownBy(() -> UnitFormat.decode(17, form)).isInstanceOf(UnreadableUnitException.class)
                .hasMessageContaining("form 99");
    }

    @Test
    void x46_a_unit_cut_anywhere_is_refused_or_is_a_shorter_one_but_never_a_wrong_one() {
        Unit whole = everything(new Arrival.StepFailed(AT, "charge", FAILURE, 12));
        byte[] written = UnitFormat.encode(whole);
        List<Integer> shorter = new ArrayList<>();
        for (int length = 0; length < written.length; length++) {
            byte[] cut = Arrays.copyOf(written, length);
            try {
                Unit read = UnitFormat.decode(42, cut);
                assertThat(read.arrival()).isEqualTo(whole.arrival());
                assertThat(read.commands()).isEqualTo(whole.commands().subList(0, read.commands().size()));
                shorter.add(read.commands().size());
            } catch (UnreadableUnitException expected) {
                assertThat(expected).hasMessageContaining("entry 42");
            }
        }
        assertThat(shorter).as("cuts between two events").hasSize(whole.commands().size()).doesNotHaveDuplicates();
    }

    @Test
    void damaged_bytes_never_lead_to_anything_but_a_unit_or_a_typed_error() {
        byte[] written = UnitFormat.encode(everything(new Arrival.StepFailed(AT, "charge", FAILURE, 12)));
        Random random = new Random(4711);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = written.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(UnitFormat.decode(42, damaged).seq()).isEqualTo(42);
            } catch (UnreadableUnitException expected) {
                assertThat(expected.code()).isEqualTo("unreadable_unit");
            }
        }
    }

    @Test
    void a_failure_beside_the_journal_is_read_as_it_was_written() {
        assertThat(UnitFormat.decodeFailure(UnitFormat.encode(FAILURE))).isEqualTo(FAILURE);
    }

    @Test
    void waits_are_read_as_they_were_written() {
        List<Wait> waits = List.of(new Wait("signal", "approval", "main", 5, Long.MAX_VALUE),
                new Wait("sleep", "", "main/async-1", 5, 7));
        assertThat(Wait.parse(Wait.format(waits))).isEqualTo(waits);
        assertThat(Wait.parse("")).isEmpty();
        assertThat(waits.get(0).sentence()).isEqualTo("signal 'approval' since 1970-01-01T00:00:00.005Z");
    }
}
