// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Store;
import dev.perdure.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who moves which run, and that whoever was ended moves none. */
public abstract class ClaimingContract extends StoreContract {

    /** For subclasses. */
    protected ClaimingContract() {
    }

    @Test
    void a_queued_run_is_claimed_when_its_time_has_come() {
        NewRun run = delayed(run("order-1"), now + 10);
        done(start(run));
        assertThat(claim(10, "checkout")).isEmpty();
        now += 10;
        List<RunRow> claimed = claim(10, "checkout");
        assertThat(claimed).containsExactly(row(run.incarnation()));
        assertThat(claimed.getFirst().owner()).isEqualTo(node);
        assertThat(claimed.getFirst().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(claim(10, "checkout")).as("claimed once").isEmpty();
    }

    @Test
    void runs_are_claimed_in_the_order_of_their_times_and_up_to_a_limit() {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            runs.add(delayed(run("order-" + i), now - (i * 7 % 6)));
            done(start(runs.get(i)));
        }
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            claim(2, "checkout").forEach(row -> order.add(row.runId()));
        }
        assertThat(order).containsExactly("order-5", "order-4", "order-3", "order-2", "order-1", "order-0");
    }

    @Test
    void a_node_gets_only_runs_of_workflows_that_it_asks_for() {
        done(start(run("a", "checkout")));
        done(start(run("b", "refund")));
        done(start(run("c", "check'out")));
        assertThat(store.claimable(now)).containsExactlyInAnyOrder("checkout", "refund", "check'out");
        assertThat(claim(10)).isEmpty();
        assertThat(claim(10, "unknown")).isEmpty();
        assertThat(claim(1, "refund", "check'out")).extracting(RunRow::runId).containsExactly("b");
        assertThat(claim(10, "refund", "check'out")).extracting(RunRow::runId).containsExactly("c");
        assertThat(store.claimable(now)).containsExactly("checkout");
    }

    @Test
    void runs_that_could_not_move_are_not_claimable() {
        done(start(delayed(run("later"), now + 1)));
        owned("owned");
        suspended("sleeping", now + 1);
        suspended("waiting", NEVER);
        done(move(owned("stuck")).state(stuck()).write());
        done(move(owned("paused")).state(new RunState(RunStatus.PAUSED, now, "", "", 0, true, now)).write());
        done(move(owned("finished")).state(finished(RunStatus.COMPLETED)).write());
        assertThat(store.claimable(now)).isEmpty();
        assertThat(claim(10, "checkout")).isEmpty();
        now++;
        assertThat(claim(10, "checkout")).extracting(RunRow::runId).containsExactlyInAnyOrder("later", "sleeping");
    }

    @Test
    void a_node_that_takes_over_finds_the_runs_of_the_one_before_at_once() {
        UUID running = owned("order-1");
        NewRun queued = run("order-2");
        done(start(queued));
        claim(1, "checkout");
        UUID sleeping = owned("order-3");
        done(move(sleeping).state(new RunState(RunStatus.SUSPENDED, now + 5, "", "", 0, false, now)).write());
        UUID before = node;
        node = takeOver();
        assertThat(row(running).owner()).isNull();
        assertThat(row(running).recoveries()).isEqualTo(1);
        assertThat(row(running).status()).isEqualTo(RunStatus.RUNNING);
        assertThat(claim(10, "checkout")).extracting(RunRow::runId).containsExactlyInAnyOrder("order-1", "order-2");
        assertThat(row(sleeping).owner()).isNull();
        assertThat(row(sleeping).recoveries()).isEqualTo(1);
        assertThat(node).isNotEqualTo(before);
    }

    @Test
    void nothing_that_an_ended_node_writes_lands() {
        UUID run = owned("order-1");
        UUID ended = node;
        node = takeOver();
        NewRun child = run("order-2");
        assertThat(kind(new Move(ended, run).units(unit(1)).write())).isEqualTo(Kind.REFUSED);
        assertThat(kind(new Move(ended, run).state(suspend(now)).write())).isEqualTo(Kind.REFUSED);
        assertThat(kind(new Move(ended, run).publish("x", text("y")).write())).isEqualTo(Kind.REFUSED);
        assertThat(kind(new Move(ended, child.incarnation()).creation(start(child)).write())).isEqualTo(Kind.REFUSED);
        assertThat(kind(new Write.Release(ended, run))).isEqualTo(Kind.REFUSED);
        assertThat(store.claim(new Store.Claim(ended, Set.of("checkout"), now, 10))).isEmpty();
        assertThat(store.find("order-2")).isEmpty();
        assertThat(store.countEntries()).isZero();
        assertThat(claim(10, "checkout")).hasSize(1);
        assertThat(kind(new Move(ended, run).units(unit(1)).write())).as("claimed by the next").isEqualTo(Kind.REFUSED);
        done(move(run).units(unit(1)).write());
    }

    @Test
    void recoveries_count_until_the_run_says_where_it_stands() {
        UUID run = owned("order-1");
        for (int i = 1; i <= 3; i++) {
            restart();
            assertThat(row(run).recoveries()).isEqualTo(i);
            assertThat(claim(10, "checkout")).hasSize(1);
        }
        done(move(run).units(unit(1)).write());
        assertThat(row(run).recoveries()).as("a unit alone says nothing").isEqualTo(3);
        done(move(run).state(running()).write());
        assertThat(row(run).recoveries()).isZero();
    }

    @Test
    void a_run_that_nobody_owned_is_not_recovered() {
        UUID run = suspended("order-1", now);
        restart();
        assertThat(row(run).recoveries()).isZero();
    }

    @Test
    void a_node_that_leaves_gives_its_runs_back_without_counting() {
        UUID run = owned("order-1");
        store.leave(node);
        assertThat(row(run).owner()).isNull();
        assertThat(row(run).recoveries()).isZero();
        assertThat(kind(move(run).units(unit(1)).write())).isEqualTo(Kind.REFUSED);
        assertThat(claim(10, "checkout")).isEmpty();
        node = takeOver();
        assertThat(row(run).recoveries()).isZero();
        assertThat(claim(10, "checkout")).hasSize(1);
    }

    @Test
    void leaving_ends_only_the_node_that_leaves() {
        UUID ended = node;
        node = takeOver();
        UUID run = owned("order-1");
        store.leave(ended);
        store.leave(UUID.randomUUID());
        done(move(run).units(unit(1)).write());
        store.leave(node);
        store.leave(node);
        assertThat(row(run).owner()).isNull();
    }

    @Test
    void an_owner_lets_go_of_a_run() {
        UUID run = owned("order-1");
        done(move(run).state(new RunState(RunStatus.SUSPENDED, now + 5, "w", "", 0, false, now)).write());
        RunRow before = row(run);
        assertThat(before.owner()).isEqualTo(node);
        done(new Write.Release(node, run));
        assertThat(row(run)).usingRecursiveComparison().ignoringFields("owner").isEqualTo(before);
        assertThat(row(run).owner()).isNull();
        assertThat(kind(new Write.Release(node, run))).isEqualTo(Kind.REFUSED);
        assertThat(kind(new Write.Release(node, UUID.randomUUID()))).isEqualTo(Kind.REFUSED);
    }
}
