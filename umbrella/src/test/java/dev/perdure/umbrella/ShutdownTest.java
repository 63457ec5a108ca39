// SPDX-License-Identifier: Apache-2.0
package dev.perdure.umbrella;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.Workflow;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.store.sqlite.SqliteStore;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F2: a process that is asked to end parks its runs and ends well. */
class ShutdownTest {

    private static final Workflow<Void, String> TWO_STEPS = Workflow.named("two-steps", Void.class, String.class);

    @Test
    void sigterm_waits_for_the_step_under_way_parks_the_run_and_exits_with_zero(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("runs.db");
        Process node = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                        Node.class.getName(),
                file.toString()).redirectErrorStream(true).start();
        try (BufferedReader said = node.inputReader()) {
            String line = said.readLine();
            while (line != null && !line.equals("in the step")) {
                line = said.readLine();
            }
            assertThat(line).isEqualTo("in the step");

            node.destroy();

            assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(node.exitValue()).isZero();
        } finally {
            node.destroyForcibly();
        }
        try (SqliteStore store = SqliteStore.open(file)) {
            assertThat(Client.connect(store).handle("r").describe().status()).isEqualTo(RunStatus.RUNNING);
            try (Engine next = Engine.builder().store(store).workflow(TWO_STEPS, (ctx, none) ->
                    ctx.step("first", String.class, step -> "repeated") + ctx.step("second", String.class, step -> "2"))
                    .start()) {
                assertThat(next.handle(TWO_STEPS, "r").result(Duration.ofSeconds(30))).isEqualTo("ended in peace2");
            }
        }
    }

    /** The process that is asked to end while a step is under way. */
    static final class Node {

        public static void main(String[] args) {
            SqliteStore store = SqliteStore.open(Path.of(args[0]));
            CountDownLatch asked = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(asked::countDown));
            Engine engine = Engine.builder().store(store).shutdownHook(true).workflow(TWO_STEPS, (ctx, none) -> {
                String first = ctx.step("first", String.class, step -> {
                    System.out.println("in the step");
                    asked.await();
                    return "ended in peace";
                });
                return first + ctx.step("second", String.class, step -> "too early");
            }).start();
            engine.start(TWO_STEPS, "r", null);
            engine.awaitTermination(Duration.ofDays(1));
        }
    }
}
