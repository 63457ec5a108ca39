// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.store.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a mistaken user gets: one line that says what is wrong and what to do, an exit code, and no stack trace. */
class MistakesTest {

    @TempDir
    private Path directory;

    private String emptyDatabase() {
        Path file = directory.resolve("empty.db");
        SqliteStore.open(file).close();
        return file.toString();
    }

    private static void assertRefused(Tool tool, int exit, String message) {
        assertThat(tool.exit()).isEqualTo(exit);
        assertThat(tool.err()).startsWith("perdure: ").contains(message).doesNotContain("\tat ");
        assertThat(tool.out()).isEmpty();
    }

    @Test
    void a_database_that_is_not_there_is_named_and_not_created() {
        Path file = directory.resolve("none.db");

        assertRefused(Tool.run("list", "--db", file.toString()), 1, "there is no database file " + file);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void no_database_at_all_is_asked_for() {
        assertRefused(Tool.run("list"), 1, "which database? Give --db FILE, or set "
                + "PERDURE_DATABASE_URL=jdbc:sqlite:FILE");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            jdbc:postgresql://localhost:none/shop  | is not the address of a database
            jdbc:postgresql://127.0.0.1:1/shop     | the database cannot be reached
            jdbc:mysql://localhost/shop            | a kind of database that Perdure does not know
            """)
    void a_database_that_cannot_be_reached_or_understood_is_refused(String url, String message) {
        assertRefused(Tool.run(Map.of("PERDURE_DATABASE_URL", url), "list"), 1, message);
    }

    @Test
    void the_option_wins_over_the_environment() {
        Tool tool = Tool.run(Map.of("PERDURE_DATABASE_URL", "jdbc:sqlite:/none.db"), "count", "--db", emptyDatabase());

        assertThat(tool).isEqualTo(new Tool(0, "0\n", ""));
    }

    @Test
    void a_password_is_not_repeated() {
        String url = "jdbc:postgresql://127.0.0.1:1/shop?user=ada&password=lovelace";

        assertThat(Tool.run("list", "--db", url).err()).doesNotContain("lovelace");
    }

    @Test
    void a_file_has_no_schemas() {
        assertRefused(Tool.run("list", "--db", emptyDatabase(), "--schema", "shop"), 1, "--schema is for PostgreSQL");
    }

    @Test
    void a_directory_is_not_a_database() {
        assertRefused(Tool.run("list", "--db", directory.toString()), 1, "is not a file");
    }

    @Test
    void a_file_that_is_not_a_database_is_refused_and_left_as_it_is() throws IOException {
        Path file = Files.writeString(directory.resolve("letter.txt"), "Dear Ada,\n".repeat(1_000));

        Tool tool = Tool.run("list", "--db", file.toString());

        assertThat(tool.exit()).isEqualTo(1);
        assertThat(tool.err()).startsWith("perdure: ").contains("letter.txt").doesNotContain("\tat ");
        assertThat(Files.readString(file)).isEqualTo("Dear Ada,\n".repeat(1_000));
    }

    @Test
    void an_unknown_run_is_named() {
        assertRefused(Tool.run("show", "order-9", "--db", emptyDatabase()), 1, "order-9");
        assertRefused(Tool.run("signal", "order-9", "go", "--db", emptyDatabase()), 1, "order-9");
    }

    @Test
    void an_empty_database_says_so() {
        assertThat(Tool.run("list", "--db", emptyDatabase()).out()).isEqualTo("no runs; the database is empty\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            list --status DONE          | DONE
            list --limit 0              | the page limit is 0
            list --after yesterday      | yesterday
            start approval --delay soon | 'soon' is not a span of time: write 250ms, 90s, 5m, 2h, 30d or PT1H30M
            start approval --input {x   | '{x' is not JSON
            start approval --input word | '"like this"'
            signal order-1 go null      | a signal cannot be null
            redrive                     | redrive what? Give the id of one run, or --all
            redrive order-1 --all       | redrive what?
            show                        | RUN
            """)
    void a_mistaken_argument_is_explained(String line, String message) {
        Tool tool = Tool.run(Stream.concat(Stream.of(line.split(" ")), Stream.of("--db", emptyDatabase()))
                .toArray(String[]::new));

        assertThat(tool.exit()).isIn(1, 2);
        assertThat(tool.err()).startsWith("perdure: ").contains(message).doesNotContain("\tat ");
    }

    @Test
    void an_unknown_command_suggests_the_nearest_one() {
        Tool tool = Tool.run("signl");

        assertThat(tool.exit()).isEqualTo(2);
        assertThat(tool.err()).contains("signl").contains("signal");
    }

    @Test
    void verbose_shows_where_an_error_came_from() {
        assertThat(Tool.run("show", "order-9", "--verbose", "--db", emptyDatabase()).err())
                .contains("\tat dev.perdure.");
    }

    static Stream<String> commands() {
        return Main.commandLine(Map.of()).getSubcommands().entrySet().stream().flatMap(command ->
                command.getValue().getSubcommands().isEmpty() ? Stream.of(command.getKey())
                        : command.getValue().getSubcommands().keySet().stream().map(each ->
                                command.getKey() + " " + each));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void every_command_has_help_that_fits_the_screen(String command) {
        Tool help = Tool.run((command + " --help").split(" "));

        assertThat(help.exit()).isZero();
        assertThat(help.out()).contains("Usage: perdure " + command)
                .contains(command.equals("copy") ? "--from" : "--db");
        assertThat(help.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void without_a_command_the_tool_explains_itself() {
        assertThat(Tool.run().out()).contains("Usage: perdure").contains("redrive").contains("PERDURE_DATABASE_URL");
    }

    @Test
    void the_version_is_that_of_the_build() {
        assertThat(Tool.run("--version").out()).matches("perdure \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\n");
    }

    @Test
    void a_real_process_exits_with_the_code_and_keeps_its_streams_apart() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Main.class.getName(),
                "show", "order-9", "--db", emptyDatabase()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(out).isEmpty();
        assertThat(err).startsWith("perdure: ").contains("order-9");
    }
}
