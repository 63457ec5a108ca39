// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as its user sees it, small: real processes, real kills. */
class DemoTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int demo(String... args) {
        return Demo.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
    }

    private Path orders(int count, String... more) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            lines.add("{\"id\": \"o-" + i + "\", \"customer\": \"Ada\", \"item\": \"Lamp\", \"amount\": " + 100 * i
                    + "}");
        }
        lines.addAll(List.of(more));
        return Files.write(directory.resolve("orders.jsonl"), lines);
    }

    @Test
    void every_order_ends_exactly_once_although_the_node_is_killed() throws IOException {
        Path work = directory.resolve("work");
        Path file = orders(9, "nonsense");

        int exit = demo(file.toString(), "--kills", "3", "--seed", "1", "--pause-millis", "50", "--keep",
                work.toString());

        assertThat(exit).as("%s", out).isZero();
        assertThat(err.toString()).contains("line 10, skipped: not JSON");
        assertThat(out.toString()).contains("kill -9").contains("run_completed").contains("The check holds");
        assertThat(work.resolve("orders.db")).exists();
    }

    @Test
    void a_single_order_survives_every_kill() throws IOException {
        assertThat(demo(orders(1).toString(), "--kills", "2", "--pause-millis", "50")).as("%s", out).isZero();
        assertThat(out.toString().lines().filter(line -> line.contains("kill -9 ") && line.contains("exit code 137,")))
                .hasSize(2);
    }

    @Test
    void a_provider_that_forgets_keys_is_caught_even_with_a_single_order() throws IOException {
        assertThat(demo(orders(1).toString(), "--provider-forgets-keys", "--kills", "1", "--pause-millis", "50"))
                .as("%s", out).isEqualTo(1);
        assertThat(out.toString()).contains("VIOLATED by 1 order").contains("o-1  charged ")
                .contains("The check FAILED");
    }

    @Test
    void a_file_without_a_usable_order_is_refused_with_an_example_of_one() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.jsonl"));

        assertThat(demo(empty.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("it is empty").contains("\"customer\": \"Ada Byron\"");
    }

    @Test
    void a_file_that_does_not_exist_is_named() {
        assertThat(demo(directory.resolve("none.jsonl").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("none.jsonl: there is no such file");
    }

    @Test
    void a_directory_with_something_in_it_is_not_worked_in() throws IOException {
        Path file = orders(1);

        assertThat(demo(file.toString(), "--keep", directory.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("the directory is not empty");
        assertThat(directory.resolve("orders.db")).doesNotExist();
    }

    @Test
    void nodes_that_share_a_PostgreSQL_take_over_from_those_that_are_killed() throws IOException {
        int exit = demo(orders(30).toString(), "--store", "postgres", "--kills", "2", "--seed", "1",
                "--pause-millis", "50");

        assertThat(exit).as("%s", out).isZero();
        assertThat(out.toString()).contains("3 nodes").contains("The check holds")
                .containsPattern("node-\\d: its orders were taken over, \\d+\\.\\d\\d s after the kill")
                .containsPattern("the longest +\\d+\\.\\d\\d s");
        assertThat(out.toString().lines().filter(line -> line.matches(".*kill -9 .*, on node-[123]: \\d+"))).hasSize(2);
        assertThat(out.toString().lines().filter(line -> line.matches(" *node-[123] +killed at .*"))).hasSize(2);
    }

    @Test
    void a_file_is_not_shared_by_several_nodes() {
        assertThat(demo("--nodes", "2")).isEqualTo(2);
        assertThat(err.toString()).contains("a SQLite file has one engine").contains("--store postgres");
    }

    @Test
    void a_number_of_nodes_that_cannot_be_is_refused() {
        assertThat(demo("--store", "postgres", "--nodes", "10")).isEqualTo(2);
        assertThat(err.toString()).contains("--nodes is 10, but must be from 1 to 9");
        assertThat(demo("--nodes", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--nodes is 0, but must be 1");
    }

    @Test
    void a_store_that_does_not_exist_is_refused_with_those_that_do() {
        assertThat(demo("--store", "paper")).isEqualTo(2);
        assertThat(err.toString()).contains("--store").containsIgnoringCase("sqlite, postgres").contains("'paper'");
    }
}
