// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Waiting: what a run that does not move leaves behind, and when it is woken. */
public abstract class SuspensionContract extends StoreContract {

    /** For subclasses. */
    protected SuspensionContract() {
    }

    @Test
    void a_row_says_what_its_owner_has_said() {
        UUID run = owned("order-1");
        now += 5;
        done(move(run).state(new RunState(RunStatus.SUSPENDED, now + 7, "what it 'waits' for\n", "", 0, true, now))
                .write());
        RunRow expected = new RunRow("order-1", run, run, "checkout", RunStatus.SUSPENDED, now + 7,
                "what it 'waits' for\n", "", null, 0, 0, now - 5, now);
        assertThat(row(run)).isEqualTo(expected);
        restart();
        assertThat(row(run)).isEqualTo(expected);
    }

    @Test
    void an_advance_without_a_state_leaves_the_row_as_it_is() {
        UUID run = owned("order-1");
        RunRow before = row(run);
        now += 5;
        done(move(run).units(unit(1)).publish("x", text("y")).write());
        assertThat(row(run)).isEqualTo(before);
    }

    @Test
    void the_time_of_change_is_when_the_status_changed() {
        UUID run = owned("order-1");
        long changed = now;
        now += 5;
        done(move(run).state(running()).write());
        assertThat(row(run).changedAt()).isEqualTo(changed);
        done(move(run).state(new RunState(RunStatus.SUSPENDED, NEVER, "", "", 0, false, now)).write());
        assertThat(row(run).changedAt()).isEqualTo(now);
    }

    @Test
    void a_suspended_run_may_stay_with_its_owner() {
        UUID run = owned("order-1");
        done(move(run).state(new RunState(RunStatus.SUSPENDED, now, "", "", 0, false, now)).write());
        assertThat(row(run).owner()).isEqualTo(node);
        assertThat(claim(10, "checkout")).isEmpty();
        assertThat(store.nextWake(now - 1)).isEqualTo(NEVER);
        done(new Write.Release(node, run));
        assertThat(store.nextWake(now - 1)).isEqualTo(now);
        assertThat(claim(10, "checkout")).hasSize(1);
    }

    @Test
    void the_next_wake_up_is_that_of_runs_that_nobody_owns() {
        assertThat(store.nextWake(0)).isEqualTo(NEVER);
        suspended("waiting", NEVER);
        owned("owned");
        assertThat(store.nextWake(0)).isEqualTo(NEVER);
        suspended("a", now + 30);
        done(start(delayed(run("b", "refund"), now + 10)));
        suspended("c", now + 20);
        assertThat(store.nextWake(now)).isEqualTo(now + 10);
        assertThat(store.nextWake(now + 10)).isEqualTo(now + 20);
        assertThat(store.nextWake(now + 29)).isEqualTo(now + 30);
        assertThat(store.nextWake(now + 30)).isEqualTo(NEVER);
    }

    @Test
    void a_run_that_could_move_at_once_has_no_next_wake_up() {
        suspended("order-1", now + 10);
        done(send("order-1", signal("a")));
        owned("order-2");
        restart();
        assertThat(store.nextWake(0)).isEqualTo(NEVER);
    }

    @Test
    void runs_that_must_not_move_have_no_next_wake_up() {
        done(move(owned("paused")).state(new RunState(RunStatus.PAUSED, now + 5, "", "", 0, true, now)).write());
        done(move(owned("stuck")).state(new RunState(RunStatus.STUCK, now + 5, "", "p", 0, true, now)).write());
        done(move(owned("done")).state(new RunState(RunStatus.FAILED, now + 5, "", "", 0, true, now)).write());
        assertThat(store.nextWake(0)).isEqualTo(NEVER);
    }

    @Test
    void a_sleeper_is_woken_when_its_time_has_come_also_after_a_restart() {
        UUID run = suspended("order-1", now + 10);
        restart();
        assertThat(store.nextWake(now)).isEqualTo(now + 10);
        now += 9;
        assertThat(claim(10, "checkout")).isEmpty();
        now += 1;
        assertThat(store.claimable(now)).containsExactly("checkout");
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(run);
        assertThat(row(run).status()).isEqualTo(RunStatus.SUSPENDED);
    }

    @Test
    void an_owner_may_queue_its_run_again() {
        UUID run = owned("order-1");
        done(move(run).state(new RunState(RunStatus.QUEUED, now + 3, "", "", 0, true, now)).write());
        assertThat(store.nextWake(now)).isEqualTo(now + 3);
        now += 3;
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(run);
    }
}
