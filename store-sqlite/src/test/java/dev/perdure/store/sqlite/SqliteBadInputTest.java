// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunFilter;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import dev.perdure.store.Write;
import dev.perdure.store.sqlite.file.Database;
import dev.perdure.store.sqlite.file.SqliteErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What a wrong path, a damaged file or a full disk get: a typed error with a remedy, and an unchanged store. */
class SqliteBadInputTest {

    @TempDir
    private Path directory;

    // ---- files that cannot be opened ----

    @Test
    void a_file_that_is_no_database_is_refused_and_left_as_it_was() throws IOException {
        byte[] octets = new byte[20_000];
        new Random(1).nextBytes(octets);
        Files.write(file(), octets);
        StoreException refused = refused("store_unreadable", this::open);
        assertThat(refused).hasMessageContainingAll(file().toString(), "Check the path",
                "restore the file from a backup");
        assertThat(refused.effect()).isEqualTo(Effect.NOTHING_REFUSED);
        assertThat(Files.readAllBytes(file())).isEqualTo(octets);
        assertThat(siblings()).containsExactly(file());
    }

    @Test
    void a_damaged_database_is_reported_when_the_damage_is_met() throws IOException {
        NewRun run = Runs.run("order-1");
        try (SqliteStore store = open()) {
            UUID node = UUID.randomUUID();
            store.join(node, 1);
            store.write(List.of(Runs.create(node, run), Runs.advance(node, run.incarnation(), Runs.unit(2, 100_000))));
        }
        byte[] octets = Files.readAllBytes(file());
        Arrays.fill(octets, 8192, octets.length, (byte) 0x5A);
        Files.write(file(), octets);
        try (SqliteStore store = open()) {
            StoreException refused = refused("store_unreadable", () -> store.find("order-1"));
            assertThat(refused).hasMessageContainingAll(file().toString(), "restore the file from a backup");
            refused("store_unreadable", () -> store.write(List.of(Runs.start(Runs.run("order-2")))));
        }
        assertThat(Files.readAllBytes(file())).isEqualTo(octets);
    }

    @Test
    void a_database_of_a_newer_version_is_refused_and_left_as_it_was() throws Exception {
        open().close();
        sql("PRAGMA user_version = 99");
        byte[] octets = Files.readAllBytes(file());
        StoreException refused = refused("store_newer", this::open);
        assertThat(refused).hasMessageContainingAll(file().toString(), "version 99",
                "versions up to " + Database.Schema.VERSION,
                "Use the Perdure that wrote it, or a newer one");
        assertThat(refused.effect()).isEqualTo(Effect.NOTHING_REFUSED);
        assertThat(Files.readAllBytes(file())).isEqualTo(octets);
    }

    @Test
    void a_database_of_another_program_is_refused_and_left_as_it_was() throws Exception {
        sql("CREATE TABLE customers (name TEXT)");
        byte[] octets = Files.readAllBytes(file());
        StoreException refused = refused("store_foreign", this::open);
        assertThat(refused).hasMessageContainingAll(file().toString(), "another program",
                "Give Perdure a file of its own");
        assertThat(Files.readAllBytes(file())).isEqualTo(octets);
        assertThat(siblings()).containsExactly(file());
    }

    @Test
    void a_directory_that_does_not_exist_is_not_made() {
        Path file = directory.resolve("missing").resolve("store.db");
        assertThat(refused("store_cannot_open", () -> SqliteStore.open(file)))
                .hasMessageContainingAll(file.toString(), "directory does not exist", "Create it");
        assertThat(siblings()).isEmpty();
    }

    @Test
    void a_directory_is_no_database() {
        assertThat(refused("store_cannot_open", () -> SqliteStore.open(directory)))
                .hasMessageContainingAll(directory.toString(), "is a directory", "Name a file in it");
    }

    @Test
    void a_directory_that_may_not_be_written_to_is_refused() {
        assertThat(directory.toFile().setWritable(false)).isTrue();
        try {
            // A superuser may write everywhere but where there are no files at all.
            Path closed = Files.isWritable(directory) ? Path.of("/proc/self") : directory;
            StoreException refused = refused("store_cannot_open", () -> SqliteStore.open(closed.resolve("store.db")));
            assertThat(refused).hasMessageContainingAll("store.db", "must be allowed to write to it");
            assertThat(closed.resolve("store.db")).doesNotExist();
        } finally {
            assertThat(directory.toFile().setWritable(true)).isTrue();
        }
    }

    @Test
    void a_path_with_every_kind_of_character_is_a_path() throws IOException {
        Path strange = directory.resolve("ä b'c%20#d;e=f&g");
        try (SqliteStore store = SqliteStore.open(strange)) {
            store.write(List.of(Runs.start(Runs.run("order-1"))));
        }
        assertThat(strange).exists();
        assertThat(siblings()).containsExactly(strange);
    }

    // ---- writes that fail ----

    @Test
    void a_database_that_may_not_be_written_to_says_so_and_nothing_is_written() {
        try (SqliteStore store = open()) {
            Runs.pragma(store, "query_only = ON");
            StoreException refused = refused("store_read_only", () -> store.write(List.of(Runs.start(Runs.run("a")))));
            assertThat(refused).hasMessageContainingAll(file().toString(), "Give it the right to write");
            assertThat(refused.effect()).isEqualTo(Effect.NOTHING_RETRY);
            Runs.pragma(store, "query_only = OFF");
            assertThat(store.count(RunFilter.all())).isZero();
            assertThat(store.write(List.of(Runs.start(Runs.run("a"))))).singleElement().matches(each -> each.isDone());
        }
    }

    @Test
    void a_full_disk_loses_nothing_and_the_same_batch_lands_when_there_is_room() {
        try (SqliteStore store = open()) {
            UUID node = UUID.randomUUID();
            store.join(node, 1);
            NewRun first = Runs.run("order-1");
            store.write(List.of(Runs.create(node, first)));
            Runs.pragma(store, "max_page_count = 1");
            NewRun second = Runs.run("order-2");
            List<Write> batch = List.of(Runs.advance(node, first.incarnation(), Runs.unit(2)), Runs.create(node,
                    second),
                    Runs.advance(node, second.incarnation(), Runs.unit(2, 1_000_000)));
            StoreException full = refused("store_full", () -> store.write(batch));
            assertThat(full).hasMessageContainingAll(file().toString(), "is full", "Make room");
            assertThat(full.effect()).isEqualTo(Effect.NOTHING_RETRY);
            assertThat(store.journal(first.incarnation(), 0, 10)).containsExactly(Runs.unit(1));
            assertThat(store.find("order-2")).isEmpty();
            Runs.pragma(store, "max_page_count = 1000000");
            assertThat(store.write(batch)).allMatch(outcome -> outcome.kind() == Kind.DONE);
            assertThat(store.journal(first.incarnation(), 0, 10)).containsExactly(Runs.unit(1), Runs.unit(2));
            assertThat(store.journal(second.incarnation(), 0, 10)).hasSize(2);
        }
    }

    @Test
    void content_that_contradicts_the_database_is_refused_and_its_neighbours_are_not_harmed() throws Exception {
        try (SqliteStore store = open()) {
            UUID node = UUID.randomUUID();
            store.join(node, 1);
            NewRun good = Runs.run("good");
            NewRun bad = Runs.run("bad");
            store.write(List.of(Runs.create(node, good), Runs.create(node, bad)));
            // Nobody may write to a journal but its owner; somebody has.
            sql("INSERT INTO journal (run, seq, entries, units)"
                    + " SELECT id, 1, 2, x'0100' FROM runs WHERE run_id = 'bad'");
            Write goodOne = Runs.advance(node, good.incarnation(), Runs.unit(2));
            Write badOne = Runs.advance(node, bad.incarnation(), Runs.unit(2, Log.LIMITS.row()));
            StoreException refused = refused("store_refused", () -> store.write(List.of(goodOne, badOne)));
            assertThat(refused.effect()).isEqualTo(Effect.NOTHING_REFUSED);
            assertThat(refused).hasMessageContainingAll(file().toString(), "contradicts what is there");
            assertThat(store.journal(good.incarnation(), 0, 10)).containsExactly(Runs.unit(1));
            assertThat(store.write(List.of(goodOne))).allMatch(outcome -> outcome.kind() == Kind.DONE);
            assertThat(store.write(List.of(badOne))).as("once the end of the journal has been read again")
                    .allMatch(outcome -> outcome.kind() == Kind.REFUSED);
        }
    }

    @Test
    void a_lock_that_somebody_keeps_too_long_fails_the_write_and_not_the_reads() throws Exception {
        try (SqliteStore store = SqliteStore.open(file(), 100, Log.LIMITS)) {
            NewRun run = Runs.run("order-1");
            store.write(List.of(Runs.start(run)));
            List<Write> batch = List.of(Runs.send("order-1", "a"));
            try (Connection other = connect(); Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                StoreException locked = refused("store_locked", () -> store.write(batch));
                assertThat(locked.effect()).isEqualTo(Effect.NOTHING_RETRY);
                assertThat(locked).hasMessageContainingAll(file().toString(), "100 ms", "a database browser");
                assertThat(store.find("order-1")).isPresent();
                assertThat(store.inbox(run.chain())).isEmpty();
                statement.execute("ROLLBACK");
            }
            assertThat(store.write(batch)).allMatch(outcome -> outcome.kind() == Kind.DONE);
        }
    }

    @Test
    void a_disk_that_fails_at_commit_leaves_the_outcome_open() {
        SqliteErrors errors = new SqliteErrors(file(), 100);
        SQLiteException failed = new SQLiteException("disk I/O error", SQLiteErrorCode.SQLITE_IOERR_FSYNC);
        assertThat(errors.atCommit(failed).effect()).isEqualTo(Effect.UNKNOWN);
        assertThat(errors.atCommit(failed)).hasMessageContainingAll(file().toString(), "The system's log says why");
        assertThat(errors.nothingWritten(failed).effect()).isEqualTo(Effect.NOTHING_RETRY);
        SQLiteException full = new SQLiteException("database or disk is full", SQLiteErrorCode.SQLITE_FULL);
        assertThat(errors.atCommit(full).effect()).isEqualTo(Effect.NOTHING_RETRY);
    }

    @Test
    void a_lock_file_that_cannot_be_used_is_reported() throws IOException {
        Files.createDirectory(directory.resolve("store.db.lock"));
        try (SqliteStore store = open()) {
            assertThat(refused("store_cannot_lock", () -> store.join(UUID.randomUUID(), 1)))
                    .hasMessageContainingAll("store.db.lock", "Give this process the right to write to it");
        }
    }

    @Test
    void a_closed_store_says_that_it_is_closed() {
        SqliteStore store = open();
        store.close();
        store.close();
        refused("store_closed", () -> store.write(List.of(Runs.start(Runs.run("a")))));
        assertThat(refused("store_closed", () -> store.find("a"))).hasMessageContaining("Open it again");
    }

    // ---- tools ----

    private Path file() {
        return directory.resolve("store.db");
    }

    private SqliteStore open() {
        return SqliteStore.open(file());
    }

    private List<Path> siblings() {
        try (var files = Files.list(directory)) {
            return files.toList();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    private void sql(String text) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static StoreException refused(String code, ThrowingCallable call) {
        StoreException refused = catchThrowableOfType(StoreException.class, call);
        assertThat(refused).as("an error with code %s", code).isNotNull();
        assertThat(refused.code()).isEqualTo(code);
        return refused;
    }
}
