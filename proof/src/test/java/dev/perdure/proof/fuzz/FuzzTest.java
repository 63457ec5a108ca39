// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.proof.fuzz.program.Printer;
import dev.perdure.proof.fuzz.program.Program;
import dev.perdure.proof.fuzz.program.Sower;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntPredicate;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Short campaigns; the long ones are {@code ./perdure prove fuzz}. A failure prints its program and its seed. */
@Timeout(300)
class FuzzTest {

    private static final long FIXED = 20_000;
    private static final int PROGRAMS = 180;
    private static final int FRESH = 180;

    private static Tally campaign(long seed, int programs) {
        Tally tally = new Tally();
        for (int i = 0; i < programs; i++) {
            Optional<String> violation = new Trial(seed + i, Disk.Fault.NONE).run(tally);
            assertThat(violation).isEmpty();
        }
        return tally;
    }

    /** The first program for which something does not hold, among the thousand that are allowed. */
    private static Optional<String> find(Disk.Fault fault) {
        for (int i = 0; i < 1_000; i++) {
            Optional<String> violation = new Trial(FIXED + i, fault).run(new Tally());
            if (violation.isPresent()) {
                return violation;
            }
        }
        return Optional.empty();
    }

    @Test
    void x12_any_bytes_are_a_program_that_takes_the_same_decisions_however_it_lives() {
        Tally tally = campaign(FIXED, PROGRAMS);
        assertThat(tally.programs).isEqualTo(PROGRAMS);
        assertThat(tally.crashes).isPositive();
        assertThat(tally.evictions).isPositive();
        assertThat(tally.kinds).containsKeys("run_started", "step_completed", "step_failed", "step_outcome_unknown",
                "step_cancelled", "timer_fired", "signal_received", "cancel_requested", "step_scheduled", "timer_set",
                "timer_cancelled", "signal_awaited", "side_effect_recorded", "value_published", "version_marked",
                "child_started", "child_completed", "child_failed", "child_cancelled", "signal_sent",
                "signal_delivered", "signal_refused", "fact_emitted", "fact_awaited", "fact_learned",
                "run_completed", "run_failed", "run_cancelled", "run_continued");
        assertThat(tally.operations).as("how often each operation is in a program")
                .hasSizeGreaterThan(75).allSatisfy((operation, count) -> assertThat(count).as(operation).isPositive());
        assertThat(tally.played).as("how often each operation was played")
                .allSatisfy((operation, count) -> assertThat(count).as(operation).isPositive());
        assertThat(tally.terminated).isPositive();
        assertThat(tally.heartbeats).isPositive();
        assertThat(tally.completions).isPositive();
        assertThat(tally.ticks).isPositive();
    }

    @Test
    void so_are_bytes_that_nobody_has_tried_before() {
        long seed = ThreadLocalRandom.current().nextLong(1L << 48);
        System.out.println("fuzz: --seed " + seed + " --programs " + FRESH);
        assertThat(campaign(seed, FRESH).ended).isPositive();
    }

    @Test
    void a_seed_is_a_history_to_the_letter() {
        Tally first = new Tally();
        Tally second = new Tally();
        for (int i = 0; i < 10; i++) {
            new Trial(FIXED + i, Disk.Fault.NONE).run(first);
            new Trial(FIXED + i, Disk.Fault.NONE).run(second);
        }
        assertThat(second.kinds).isEqualTo(first.kinds);
        assertThat(second.crashes).isEqualTo(first.crashes);
    }

    @Test
    void x46_units_that_a_crash_may_split_are_found() {
        assertThat(find(Disk.Fault.SPLIT_UNITS)).hasValueSatisfying(report ->
                assertThat(report).contains("(ctx, generation) -> {", "--seed", "stuck"));
    }

    @Test
    void arrivals_journaled_in_batches_are_found() {
        assertThat(find(Disk.Fault.BATCHED_ARRIVALS)).hasValueSatisfying(report ->
                assertThat(report).contains("(ctx, generation) -> {", "--seed"));
    }

    @Test
    void no_bytes_at_all_are_a_program_and_every_smaller_program_has_less_to_say() {
        Program none = Sower.program(new byte[0]);
        assertThat(Printer.print(none)).contains("(ctx, generation) -> {", "ctx.step");
        Program some = Sower.program(FIXED);
        IntPredicate isShorter = length -> length < Printer.print(some).length();
        assertThat(some.smaller()).isNotEmpty()
                .allSatisfy(smaller -> assertThat(Printer.print(smaller).length()).matches(isShorter::test));
    }

    @Test
    void a_program_is_printed_as_code_that_compiles(@TempDir Path directory) throws IOException {
        List<String> files = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Path file = directory.resolve("p" + i + "/Failing.java");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "package p" + i + ";\n" + Printer.print(Sower.program(FIXED + i)));
            files.add(file.toString());
        }
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        files.addAll(0, List.of("-proc:none", "-d", directory.toString(), "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        int code = ToolProvider.getSystemJavaCompiler().run(null, null, errors, files.toArray(String[]::new));
        assertThat(code).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    }

    @Test
    void an_engine_whose_store_is_away_looks_again_later_and_comes_to_rest_until_then() {
        Puppets world = new Puppets(1);
        Disk disk = new Disk(world, Disk.Fault.NONE);
        Workflow.Implemented<Integer, String> workflow =
                Workflow.of("fuzz", Integer.class, String.class, (ctx, generation) -> "done");
        Engine engine = Engine.builder().store(disk).world(world).workflow(workflow).start();
        // Before it has looked for the first time.
        disk.die();
        world.settle();
        disk.comeBack(0);
        world.callFromOutside(() -> engine.start(workflow, Stage.RUN, 0));
        assertThat(disk.incarnations()).hasSize(1);
        engine.close();
        world.settle();
    }

    @Test
    void an_engine_that_closes_while_it_wants_to_look_comes_to_rest() {
        Puppets world = new Puppets(1);
        Disk disk = new Disk(world, Disk.Fault.NONE);
        Workflow.Implemented<Integer, String> workflow =
                Workflow.of("fuzz", Integer.class, String.class, (ctx, generation) -> "done");
        // Its threads move for the first time while the engine waits for them to end.
        Engine engine = Engine.builder().store(disk).world(world).workflow(workflow).start();
        assertThat(engine.close(Duration.ofSeconds(10))).isTrue();
        world.settle();
        assertThat(disk.incarnations()).isEmpty();
    }
}
