// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreInUseException;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoresTest {

    private static final Workflow.Implemented<String, String> GREET = Workflow.of("greet", String.class, String.class,
            (ctx, name) -> ctx.step("greet", String.class, step -> "hello " + name));

    @TempDir
    Path directory;

    private static String greet(Store store) {
        try (store; Engine engine = Engine.builder().store(store).workflow(GREET).start()) {
            return engine.start(GREET, "greet-1", "ada").result();
        }
    }

    @Test
    void the_same_code_runs_on_every_store() {
        // snippet:memory
        Store store = new MemoryStore();
        // end
        assertThat(greet(store)).isEqualTo("hello ada");
        assertThat(store.settings()).containsEntry("synchronous", "none");
    }

    @Test
    void a_file_keeps_runs() {
        Path path = directory.resolve("orders.db");
        // snippet:sqlite
        Store store = SqliteStore.open(path);
        // end
        assertThat(store.settings()).containsEntry("journal_mode", "wal").containsEntry("synchronous", "FULL");
        assertThat(greet(store)).isEqualTo("hello ada");
        try (Store again = SqliteStore.open(path); Client client = Client.connect(again)) {
            assertThat(client.handle(GREET, "greet-1").result()).isEqualTo("hello ada");
            assertThat(client.handle(GREET, "greet-1").describe().status()).isEqualTo(RunStatus.COMPLETED);
        }
    }

    @Test
    void a_second_engine_is_refused_and_a_client_is_not() {
        Path path = directory.resolve("orders.db");
        try (Store store = SqliteStore.open(path);
                Engine engine = Engine.builder().store(store).workflow(GREET).start();
                Store other = SqliteStore.open(path)) {
            assertThatThrownBy(() -> Engine.builder().store(other).workflow(GREET).start())
                    .isInstanceOf(StoreInUseException.class)
                    .hasMessageContaining("already has its engine")
                    .hasMessageContaining("use a client (Client.connect)");
            try (Client client = Client.connect(other)) {
                assertThat(client.start(GREET, "greet-2", "bob").result(Duration.ofSeconds(30))).isEqualTo("hello bob");
            }
            assertThat(engine.handle("greet-2").describe().status()).isEqualTo(RunStatus.COMPLETED);
        }
    }

    @Test
    void a_backup_is_made_by_sqlite_while_the_engine_runs() throws Exception {
        Path path = directory.resolve("orders.db");
        Path copy = directory.resolve("copy.db");
        try (Store store = SqliteStore.open(path);
                Engine engine = Engine.builder().store(store).workflow(GREET).start()) {
            engine.start(GREET, "greet-1", "ada").result();
            // snippet:backup
            try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + path);
                    Statement statement = sqlite.createStatement()) {
                statement.execute("VACUUM INTO '" + copy + "'");
            }
            // end
        }
        try (Store restored = SqliteStore.open(copy); Client client = Client.connect(restored)) {
            assertThat(client.handle(GREET, "greet-1").result()).isEqualTo("hello ada");
        }
    }

    @Test
    void what_is_no_database_is_left_as_it_is() throws Exception {
        Path path = Files.writeString(directory.resolve("letter.txt"), "Dear Ada, this is a letter and no database.");
        assertThatThrownBy(() -> SqliteStore.open(path)).isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged, or no database at all");
        assertThat(path).hasContent("Dear Ada, this is a letter and no database.");
    }
}
