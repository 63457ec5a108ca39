// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Every bench, in miniature: that it runs, and that it prints what it promises in the form that it promises. */
class BenchTest {

    /** A name, a value without exponent or comma (or a setting), and a unit. */
    private static final String LINE = "[a-z][a-z0-9_]* \\S+ \\S+";

    private static final String NUMBER = "-?\\d+(\\.\\d+)?";

    @TempDir
    private Path directory;

    @Test
    void without_a_name_all_benches_are_listed_with_a_sentence_each() {
        Said said = bench();

        assertThat(said.exitCode()).isZero();
        for (String name : List.of("steps", "latency", "sleepers", "replay", "recover", "poison", "remote", "idle",
                "activities", "fanout", "queue")) {
            assertThat(said.out()).containsPattern("(?m)^  " + name + " +[A-Z].*\\.$");
        }
    }

    @Test
    void fewer_rounds_than_a_median_needs_are_refused() {
        Said said = bench("steps", "--rounds", "2");

        assertThat(said.exitCode()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).contains("--rounds must be at least 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"recover", "remote"})
    void what_needs_two_processes_refuses_a_store_in_memory(String name) {
        Said said = bench(name, "--store", "memory");

        assertThat(said.exitCode()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(said.err()).contains("--store sqlite");
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void steps_are_counted_and_compared_with_the_ceiling(String store) {
        Map<String, Double> figures = measured("steps", "--store", store, "--runs", "20", "--seconds", "0.4",
                "--warmup", "0.2");

        assertThat(figures).containsKeys("steps_per_second", "ceiling_per_second", "ceiling_ratio");
        assertThat(figures.get("steps_per_second")).isPositive();
        assertThat(figures.get("entries_counted")).isEqualTo(figures.get("entries_expected"))
                .isGreaterThan(figures.get("steps_reported"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite", "postgres"})
    void a_step_is_compared_with_a_bare_commit(String store) {
        Map<String, Double> figures = measured("latency", "--store", store, "--seconds", "0.3", "--warmup", "0.2");

        assertThat(figures).containsKeys("step_median_us", "step_p99_us", "raw_commit_median_us", "latency_ratio",
                "start_to_first_step_median_us");
        assertThat(figures.get("step_p99_us")).isGreaterThanOrEqualTo(figures.get("step_median_us"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite", "postgres"})
    void sleepers_are_weighed_and_woken(String store) {
        Map<String, Double> figures = measured("sleepers", "--store", store, "--runs", "40");

        assertThat(figures).containsKeys("starts_per_second", "heap_above_idle_mb", "threads", "signal_p99_ms");
        assertThat(figures.get("signals")).isEqualTo(20);
    }

    @Test
    void cold_runs_are_replayed() {
        Map<String, Double> figures = measured("replay", "--runs", "3");

        assertThat(figures).containsKeys("replay_events_per_second_100", "replay_events_per_second_10000",
                "replay_events_per_second_100_parallel", "replay_events_per_second_10000_parallel");
        assertThat(figures.get("replay_events_per_second_10000")).isPositive();
    }

    @Test
    void what_was_killed_in_the_middle_of_a_step_moves_again() {
        Map<String, Double> figures = measured("recover", "--runs", "50");

        assertThat(figures).containsKeys("ready_ms", "first_move_ms", "all_moved_ms");
        assertThat(figures.get("all_moved_ms")).isGreaterThanOrEqualTo(figures.get("first_move_ms"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "sqlite"})
    void neighbours_of_a_poisoned_run_are_compared_with_those_of_a_busy_thread(String store) {
        Map<String, Double> figures = measured("poison", "--store", store, "--runs", "10", "--seconds", "0.3",
                "--warmup", "0.2");

        assertThat(figures).containsKeys("neighbour_ratio", "neighbour_ratio_huge", "neighbour_ratio_stuck");
        assertThat(figures.get("neighbour_ratio")).isPositive();
    }

    @Test
    void a_server_says_what_the_steps_and_the_sleep_of_runs_cost_it() {
        Map<String, Double> steps = measured("steps", "--store", "postgres", "--runs", "20", "--seconds", "0.4",
                "--warmup", "0.2");
        assertThat(steps.get("statements_per_step")).isPositive();
        assertThat(steps.get("wal_bytes_per_step")).isPositive();

        Map<String, Double> idle = measured("idle", "--store", "postgres", "--runs", "20", "--seconds", "0.4",
                "--warmup", "0.2");
        assertThat(idle).containsKeys("idle_statements_per_second", "idle_wal_bytes_per_second");

        Said said = bench("idle", "--store", "sqlite");
        assertThat(said.exitCode()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(said.err()).contains("--store postgres");
    }

    @Test
    void activities_are_counted_and_compared_with_steps() {
        Map<String, Double> alone = measured("activities", "--runs", "20", "--seconds", "0.4", "--warmup", "0.2");
        assertThat(alone).doesNotContainKey("remote_activities_per_second");
        assertThat(alone.get("activities_per_second")).isPositive();
        assertThat(alone.get("activities_ratio")).isPositive();

        Map<String, Double> two = measured("activities", "--store", "postgres", "--nodes", "2", "--runs", "20",
                "--seconds", "1", "--warmup", "0.5");
        assertThat(two.get("remote_activities_per_second")).isPositive();

        assertThat(bench("activities", "--nodes", "2").exitCode()).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "postgres"})
    void a_parent_waits_for_all_its_children(String store) {
        Map<String, Double> figures = measured("fanout", "--store", store, "--children", "30");
        assertThat(figures).containsKey("heap_above_idle_mb");
        assertThat(figures.get("fanout_seconds")).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgres"})
    void jobs_are_enqueued_and_drained(String store) {
        String nodes = store.equals("postgres") ? "2" : "1";
        Map<String, Double> figures = measured("queue", "--store", store, "--runs", "60", "--nodes", nodes);
        assertThat(figures.get("enqueued_per_second")).isPositive();
        assertThat(figures.get("queue_per_second")).isPositive();
        assertThat(figures.get("limited_queue_per_second")).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgres"})
    void a_second_process_signals_and_holds_the_lock(String store) {
        Map<String, Double> figures = measured("remote", "--store", store, "--runs", "3", "--seconds", "0.5",
                "--warmup", "0.2");

        assertThat(figures).containsKeys("remote_signal_median_ms",
                "idle_cpu_percent").containsEntry("lock_failures", 0.0);
        assertThat(figures.get("remote_signal_median_ms")).isPositive();
    }

    /** What a bench said. */
    private record Said(int exitCode, String out, String err) {
    }

    private static Said bench(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Bench.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Said(exitCode, out.toString(), err.toString());
    }

    /** Runs a bench, checks everything that holds for all of them, and returns its figures. */
    private Map<String, Double> measured(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--dir", directory.toString()));
        Said said = bench(all.toArray(String[]::new));

        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.out().lines()).allMatch(line -> line.matches(LINE)).isNotEmpty();
        assertThat(said.out()).contains("journal_mode ").contains("synchronous ");
        assertThat(directory).as("the files of the bench are deleted").isEmptyDirectory();
        Map<String, Double> figures = new LinkedHashMap<>();
        said.out().lines().map(line -> line.split(" "))
                .filter(words -> words[1].matches(NUMBER) && !words[2].equals("-"))
                .forEach(words -> assertThat(figures.put(words[0], Double.valueOf(words[1]))).as(words[0]).isNull());
        return figures;
    }
}
