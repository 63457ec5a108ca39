// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.Signals;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import org.junit.jupiter.api.Test;

class LongRunsTest {

    // snippet:continue
    record Account(int balance, int movements) {}

    static final Workflow<Account, Integer> ACCOUNT = Workflow.named("account", Account.class, Integer.class);

    static Integer keep(WorkflowContext ctx, Account account) {
        Signals<Integer> movements = ctx.signals("move", Integer.class);
        int balance = account.balance();
        for (int i = 0; i < 3; i++) {
            int amount = movements.receive();
            if (amount == 0) {
                return balance;
            }
            balance += amount;
        }
        return ctx.continueAsNew(new Account(balance, account.movements() + 3));
    }
    // end

    @Test
    void a_run_without_end_starts_over_with_a_fresh_journal() {
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(ACCOUNT, LongRunsTest::keep).start()) {
            RunHandle<Integer> run = engine.start(ACCOUNT, "account-1", new Account(0, 0));
            for (int amount = 1; amount <= 7; amount++) {
                run.signal("move", amount);
            }
            run.signal("move", 0);
            // snippet:chain
            int balance = run.result();                              // follows the chain
            RunHandle<Integer> firstLife = run.pinned();             // stays with one incarnation
            // end
            assertThat(balance).isEqualTo(28);
            assertThat(firstLife.describe().status()).isEqualTo(RunStatus.CONTINUED);
            assertThat(run.describe().status()).isEqualTo(RunStatus.COMPLETED);
            assertThat(run.describe().incarnation()).isNotEqualTo(firstLife.incarnation());
            assertThat(run.journal().getFirst().seq()).isEqualTo(1);
        }
    }
}
