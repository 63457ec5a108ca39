// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.StartOptions;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ApprovalTest {

    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG = Duration.ofHours(1);
    private static final Approval.Expense TAXI = new Approval.Expense("Ada", 2_350);
    private static final Approval.Decision YES = new Approval.Decision("Charles", true);

    private static Engine engine(Duration untilReminder, Duration untilRefusal) {
        Approval approval = new Approval(untilReminder, untilRefusal);
        return Engine.builder().store(new MemoryStore()).workflow(Approval.APPROVAL, approval::run).start();
    }

    @Test
    void a_decision_before_the_reminder_ends_it() {
        try (Engine engine = engine(LONG, LONG)) {
            RunHandle<String> run =
                    engine.start(Approval.APPROVAL, StartOptions.id("taxi").signal("decision", YES), TAXI);

            assertThat(run.result()).isEqualTo("approved by Charles");
        }
    }

    @Test
    void a_decision_after_the_reminder_counts_too() {
        try (Engine engine = engine(AT_ONCE, LONG)) {
            RunHandle<String> run = engine.start(Approval.APPROVAL, "taxi", TAXI);
            run.signal("decision", new Approval.Decision("Charles", false));

            assertThat(run.result()).isEqualTo("refused by Charles");
        }
    }

    @Test
    void a_withdrawal_ends_it() {
        try (Engine engine = engine(AT_ONCE, LONG)) {
            RunHandle<String> run = engine.start(Approval.APPROVAL, "taxi", TAXI);
            run.signal("withdraw", "took the bus");

            assertThat(run.result()).isEqualTo("withdrawn: took the bus");
        }
    }

    @Test
    void nobody_decides_and_it_is_refused() {
        try (Engine engine = engine(AT_ONCE, AT_ONCE)) {
            assertThat(engine.start(Approval.APPROVAL, "taxi", TAXI).result())
                    .startsWith("refused: nobody decided by 2");
        }
    }
}
