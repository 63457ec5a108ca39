// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;

/** The same workflow on two stores. What differs is one line: where the journals live. */
public final class MemoryOrSqlite {

    static final Workflow.Implemented<String, String> GREETING =
            Workflow.of("greeting", String.class, String.class, (ctx, name) -> {
                String salutation = ctx.step("choose", String.class, step -> "Good morning");
                ctx.sleep(Duration.ofMillis(50));
                return salutation + ", " + name + "!";
            });

    private MemoryOrSqlite() {
    }

    static String inMemory(String name) {
        // snippet:store-memory
        Store store = new MemoryStore();
        // end
        return greet(store, name);
    }

    static String inFile(Path file, String name) {
        // snippet:store-sqlite
        Store store = SqliteStore.open(file);
        // end
        return greet(store, name);
    }

    // snippet:store-either
    private static String greet(Store store, String name) {
        try (store; Engine engine = Engine.builder().store(store).workflow(GREETING).start()) {
            return engine.start(GREETING, "greeting-of-" + name, name).result();
        }
    }
    // end

    /**
     * Greets twice.
     *
     * @param args the database file; {@code greetings.db} without
     */
    public static void main(String[] args) {
        System.out.println(inMemory("memory"));
        System.out.println(inFile(Path.of(args.length > 0 ? args[0] : "greetings.db"), "file"));
    }
}
