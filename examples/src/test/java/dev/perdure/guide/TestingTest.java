// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TestingTest {

    private final Store store = new MemoryStore();
    private final List<String> mails = new CopyOnWriteArrayList<>();

    @Test
    void a_month_passes_in_a_second() {
        Workflow.Implemented<String, Void> trial = Workflow.of("trial", String.class, (ctx, user) -> {
            ctx.sleep(Duration.ofDays(30));
            ctx.step("remind", step -> mails.add("your trial ends, " + user));
        });
        // snippet:month
        MovableClock clock = new MovableClock();
        try (Engine engine = Engine.builder().store(store).world(clock).workflow(trial).start()) {
            RunHandle<Void> run = engine.start(trial, "ada");
            Await.untilSuspended(run);                  // asks run.describe().status() until it is SUSPENDED
            assertThat(mails).isEmpty();

            clock.skip(Duration.ofDays(30));
            run.result();
            assertThat(mails).containsExactly("your trial ends, ada");
        }
        // end
    }

    @Test
    void a_crash_in_the_middle_of_a_step() {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Workflow.Implemented<String, String> greet = Workflow.of("greet", String.class, String.class, (ctx, name) -> {
            ctx.step("mail", step -> {
                mails.add("hello " + name);
                inside.countDown();
                if (mails.size() == 1) {
                    never.await();
                }
            });
            return "greeted";
        });
        // snippet:crash
        Engine first = Engine.builder().store(store).workflow(greet).start();
        first.start(greet, "greet-ada", "ada");
        Await.until("the mail is being sent", () -> inside.getCount() == 0);
        first.close(Duration.ZERO);

        try (Engine second = Engine.builder().store(store).workflow(greet).start()) {
            assertThat(second.handle(greet, "greet-ada").result()).isEqualTo("greeted");
        }
        assertThat(mails).containsExactly("hello ada", "hello ada");    // at least once: here twice
        // end
    }
}
