// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import dev.perdure.store.StoreInUseException;
import dev.perdure.store.sqlite.file.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One file and many processes: who may be its engine, who waits for whom, and what a killed one leaves behind. */
class SqliteProcessesTest {

    @TempDir
    private Path directory;

    private final List<OtherProcess> others = new ArrayList<>();

    @AfterEach
    void endOthers() throws InterruptedException {
        for (OtherProcess other : others) {
            other.close();
        }
    }

    @Test
    void x33_h5_eight_processes_open_an_empty_file_at_once_and_one_of_them_becomes_its_engine() throws Exception {
        List<OtherProcess> eight = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            eight.add(other());
        }
        assertThat(askAll(eight, "open")).containsOnly("opened");
        assertThat(askAll(eight, "start order-" + UUID.randomUUID())).containsOnlyOnce("[DONE]").contains("[EXISTS]");
        List<String> answers = askAll(eight, "join");
        assertThat(answers).containsOnlyOnce("joined");
        OtherProcess winner = eight.get(answers.indexOf("joined"));
        assertThat(answers.stream().filter(answer -> !answer.equals("joined"))).hasSize(7).allSatisfy(
                refusal -> assertThat(refusal).startsWith("refused").contains(file().toString(),
                        "already has its engine", "Stop the other one, or use a client"));
        OtherProcess loser = eight.get(eight.getFirst() == winner ? 1 : 0);
        assertThat(loser.ask("join")).contains("process " + winner.pid());
        try (SqliteStore store = open()) {
            assertThat(store.count(RunFilter.all())).isEqualTo(1);
            assertThat(store.writer().<String>look(session -> session.ask("PRAGMA user_version")))
                    .isEqualTo(String.valueOf(Database.Schema.VERSION));
            assertThat(store.writer().<String>look(session -> session.ask("PRAGMA integrity_check"))).isEqualTo("ok");
        }
    }

    @Test
    void a_killed_engine_leaves_nothing_to_clean_and_its_runs_are_recovered() throws Exception {
        OtherProcess other = other();
        other.ask("open");
        assertThat(other.ask("join")).isEqualTo("joined");
        assertThat(other.ask("create order-1")).isEqualTo("[DONE]");
        assertThat(other.ask("advance")).isEqualTo("[DONE]");
        try (SqliteStore store = open()) {
            StoreInUseException refused = catchThrowableOfType(StoreInUseException.class,
                    () -> store.join(UUID.randomUUID(), 1));
            assertThat(refused).hasMessageContaining("process " + other.pid());
            assertThat(store.write(List.of(Runs.send("order-1", "a")))).extracting(Outcome::kind)
                    .as("a client may write meanwhile").containsExactly(Kind.DONE);
            other.kill();
            UUID node = UUID.randomUUID();
            store.join(node, 1);
            assertThat(store.find("order-1").orElseThrow()).extracting(RunRow::owner, RunRow::recoveries)
                    .containsExactly(null, 1);
            assertThat(store.claim(new Store.Claim(node, Set.of("checkout"), 1, 10))).hasSize(1);
            assertThat(store.inboxOf(node)).hasSize(1);
        }
    }

    @Test
    void h2_a_file_has_one_engine_in_one_process_too() {
        try (SqliteStore first = open(); SqliteStore second = open()) {
            UUID node = UUID.randomUUID();
            first.join(node, 1);
            StoreInUseException refused = catchThrowableOfType(StoreInUseException.class,
                    () -> second.join(UUID.randomUUID(), 1));
            assertThat(refused).hasMessageContaining("another engine of this very process");
            NewRun run = Runs.run("order-1");
            assertThat(first.write(List.of(Runs.create(node, run)))).allMatch(Outcome::isDone);
            first.join(UUID.randomUUID(), 2);
            assertThat(first.write(List.of(Runs.advance(node, run.incarnation(), Runs.unit(2)))))
                    .as("joined again by another node").extracting(Outcome::kind).containsExactly(Kind.REFUSED);
        }
    }

    @Test
    void the_lock_survives_a_refusal_in_its_own_process() throws Exception {
        OtherProcess other = other();
        other.ask("open");
        try (SqliteStore first = open(); SqliteStore second = open()) {
            first.join(UUID.randomUUID(), 1);
            catchThrowableOfType(StoreInUseException.class, () -> second.join(UUID.randomUUID(), 1));
            second.close();
            assertThat(other.ask("join")).contains("already has its engine: process " + ProcessHandle.current().pid());
        }
        assertThat(other.ask("join")).as("after the store was closed").isEqualTo("joined");
    }

    @Test
    void an_engine_that_leaves_makes_room() throws Exception {
        OtherProcess other = other();
        other.ask("open");
        try (SqliteStore store = open()) {
            UUID node = UUID.randomUUID();
            store.join(node, 1);
            store.leave(UUID.randomUUID());
            assertThat(other.ask("join")).contains("already has its engine");
            store.leave(node);
            assertThat(other.ask("join")).isEqualTo("joined");
        }
    }

    @Test
    void an_engine_whose_lock_file_was_deleted_is_fenced_when_another_joins() throws Exception {
        OtherProcess other = other();
        other.ask("open");
        other.ask("join");
        other.ask("create order-1");
        Files.delete(directory.resolve("store.db.lock"));
        try (SqliteStore store = open()) {
            store.join(UUID.randomUUID(), 1);
            assertThat(other.ask("advance")).isEqualTo("[REFUSED]");
            assertThat(other.ask("create order-2")).isEqualTo("[REFUSED]");
            assertThat(other.ask("claim")).isEqualTo("claimed 0");
            assertThat(store.countEntries()).isEqualTo(1);
        }
    }

    @Test
    void writes_of_others_are_noticed_and_own_ones_are_not() throws Exception {
        OtherProcess other = other();
        other.ask("open");
        try (SqliteStore store = open()) {
            long before = store.foreignChanges();
            store.write(List.of(Runs.start(Runs.run("order-1"))));
            assertThat(store.foreignChanges()).isEqualTo(before);
            assertThat(other.ask("send order-1")).isEqualTo("[DONE]");
            long after = store.foreignChanges();
            assertThat(after).isNotEqualTo(before);
            store.write(List.of(Runs.start(Runs.run("order-2"))));
            assertThat(store.foreignChanges()).isEqualTo(after);
            assertThat(other.ask("send nobody")).isEqualTo("[NOT_FOUND]");
            assertThat(store.foreignChanges()).as("nothing was written").isEqualTo(after);
        }
    }

    @Test
    void h2_a_process_that_holds_the_write_lock_for_two_seconds_makes_nothing_fail() throws Exception {
        OtherProcess other = other();
        other.ask("open");
        try (SqliteStore store = open()) {
            UUID node = UUID.randomUUID();
            store.join(node, 1);
            NewRun run = Runs.run("order-1");
            store.write(List.of(Runs.create(node, run)));
            assertThat(other.ask("hold 2000")).isEqualTo("holding");
            assertThat(store.journal(run.incarnation(), 0, 10)).as("readers do not wait").hasSize(1);
            assertThat(store.write(List.of(Runs.advance(node, run.incarnation(), Runs.unit(2)))))
                    .allMatch(Outcome::isDone);
            assertThat(other.answer()).isEqualTo("released");
        }
    }

    @Test
    void other_processes_get_their_turn_while_this_one_writes_without_a_pause() throws Exception {
        OtherProcess other = other();
        other.ask("open");
        try (SqliteStore store = open()) {
            UUID node = UUID.randomUUID();
            store.join(node, 1);
            NewRun run = Runs.run("order-1");
            store.write(List.of(Runs.create(node, run)));
            Thread asking = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 20; i++) {
                        assertThat(other.ask("send order-1")).isEqualTo("[DONE]");
                    }
                } catch (IOException ended) {
                    throw new AssertionError(ended);
                }
            });
            for (long seq = 2; asking.isAlive(); seq++) {
                store.write(List.of(Runs.advance(node, run.incarnation(), Runs.unit(seq))));
            }
            assertThat(store.inbox(run.chain())).hasSize(20);
        }
    }

    // ---- tools ----

    private Path file() {
        return directory.resolve("store.db");
    }

    private SqliteStore open() {
        return SqliteStore.open(file());
    }

    private OtherProcess other() throws IOException {
        OtherProcess other = OtherProcess.start(file());
        others.add(other);
        return other;
    }

    /** Says a line to all of them before it hears the first answer. */
    private static List<String> askAll(List<OtherProcess> others, String line) throws IOException {
        for (OtherProcess other : others) {
            other.tell(line);
        }
        List<String> answers = new ArrayList<>();
        for (OtherProcess other : others) {
            answers.add(other.answer());
        }
        return answers;
    }
}
