// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.InvalidArgumentException;
import dev.perdure.OutcomeUnknownException;
import dev.perdure.RetryPolicy;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AtMostOnceTest {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger letters = new AtomicInteger();

    private void printLetter() throws InterruptedException {
        letters.incrementAndGet();
        begun.countDown();
        never.await();
    }

    private boolean isInTheTray() {
        return letters.get() == 1;
    }

    @Test
    void a_step_cut_off_by_a_crash_is_not_tried_again() {
        Workflow.Implemented<Void, String> print = Workflow.of("print", Void.class, String.class, (ctx, none) -> {
            // snippet:at-most-once
            try {
                ctx.run(StepSpec.of("print").atMostOnce(), step -> printLetter());
                return "printed";
            } catch (OutcomeUnknownException cutOff) {
                boolean printed = ctx.step("look", Boolean.class, step -> isInTheTray());
                return printed ? "printed, as the tray shows" : "not printed";
            }
            // end
        });
        Store store = new MemoryStore();
        Engine first = Engine.builder().store(store).workflow(print).start();
        first.start(print, "letter", null);
        Await.until("the printer was asked", () -> begun.getCount() == 0);
        first.close(Duration.ZERO);

        try (Engine second = Engine.builder().store(store).workflow(print).start()) {
            assertThat(second.handle(print, "letter").result()).isEqualTo("printed, as the tray shows");
        }
        assertThat(letters).hasValue(1);
    }

    @Test
    void at_most_once_and_retry_exclude_each_other() {
        assertThatThrownBy(() -> StepSpec.of("print").atMostOnce().retry(RetryPolicy.fixed(Duration.ZERO, 3)))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("Drop one of the two");
    }
}
