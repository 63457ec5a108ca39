// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How runs come to be: once under each name. */
public abstract class StartingContract extends StoreContract {

    /** For subclasses. */
    protected StartingContract() {
    }

    @Test
    void a_started_run_is_queued_for_its_start_time_and_nobody_owns_it() {
        NewRun run = delayed(run("order-1"), now + 500);
        Outcome outcome = write(start(run));
        RunRow expected = new RunRow("order-1", run.incarnation(), run.incarnation(), "checkout", RunStatus.QUEUED,
                now + 500, "", "", null, 0, 0, now, now);
        assertThat(outcome).isEqualTo(new Outcome(Kind.DONE, expected));
        assertThat(store.find("order-1")).contains(expected);
        assertThat(store.find(run.incarnation())).contains(expected);
    }

    @Test
    void what_a_run_was_started_with_is_read_back_unchanged() {
        UUID incarnation = UUID.randomUUID();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("z", "");
        headers.put("traceparent", "00-ab'c\"d\\e-01");
        headers.put("a", "ünïcödé \uD83D\uDE80");
        NewRun run = new NewRun("order 'ä' %", incarnation, incarnation, "check'out", new Payload("json+zip",
                new byte[] {0, -1}), headers, Map.of("customer", "c-12", "region", ""), now, now + 1, null);
        done(start(run));
        NewRun read = store.launch(incarnation).orElseThrow();
        assertThat(read).isEqualTo(run);
        assertThat(List.copyOf(read.headers().keySet())).containsExactly("z", "traceparent", "a");
        restart();
        assertThat(store.launch(incarnation)).contains(run);
    }

    @Test
    void a_run_without_input_is_read_back_so() {
        UUID incarnation = UUID.randomUUID();
        NewRun run = new NewRun("order-1", incarnation, incarnation, "w", Payload.NONE, Map.of(), Map.of(), now, now,
                null);
        done(start(run));
        assertThat(store.launch(incarnation)).contains(run);
    }

    @Test
    void what_was_never_started_is_not_found() {
        assertThat(store.find("order-1")).isEmpty();
        assertThat(store.find(UUID.randomUUID())).isEmpty();
        assertThat(store.launch(UUID.randomUUID())).isEmpty();
    }

    @Test
    void the_name_of_a_living_run_is_taken() {
        NewRun first = run("order-1");
        done(start(first));
        NewRun second = run("order-1");
        for (var again : List.of(start(second), restart(second))) {
            Outcome outcome = write(again);
            assertThat(outcome.kind()).isEqualTo(Kind.EXISTS);
            assertThat(outcome.run()).isEqualTo(row(first.incarnation()));
        }
        assertThat(store.find(second.incarnation())).isEmpty();
        assertThat(store.launch(second.incarnation())).isEmpty();
    }

    @Test
    void the_name_of_a_finished_run_is_taken_unless_the_starter_restarts_it() {
        UUID first = owned("order-1");
        done(move(first).units(unit(1)).state(finished(RunStatus.COMPLETED)).write());
        NewRun second = run("order-1");
        assertThat(write(start(second))).isEqualTo(new Outcome(Kind.EXISTS, row(first)));
        assertThat(write(restart(second)).kind()).isEqualTo(Kind.DONE);
        assertThat(store.find("order-1").orElseThrow().incarnation()).isEqualTo(second.incarnation());
    }

    @Test
    void an_incarnation_that_made_way_stays_readable() {
        UUID first = owned("order-1");
        done(move(first).units(unit(1)).publish("total", text("5")).state(finished(RunStatus.FAILED)).write());
        NewRun second = run("order-1");
        done(restart(second));
        assertThat(row(first).status()).isEqualTo(RunStatus.FAILED);
        assertThat(store.launch(first)).isPresent();
        assertThat(store.journal(first, 0, 10)).containsExactly(unit(1));
        assertThat(store.published(first)).containsOnlyKeys("total");
        assertThat(store.journal(second.incarnation(), 0, 10)).isEmpty();
        assertThat(store.published(second.incarnation())).isEmpty();
    }

    @Test
    void messages_go_along_with_a_start() {
        NewRun run = run("order-1");
        done(start(run, signal("b"), signal("a"), cancel("c"), signal("b")));
        assertThat(inbox(run.chain())).containsExactly("b", "a", "c");
    }

    @Test
    void messages_of_a_refused_start_reach_the_living_run() {
        UUID run = suspended("order-1", NEVER);
        assertThat(kind(start(run("order-1"), signal("a"), signal("b")))).isEqualTo(Kind.EXISTS);
        assertThat(inbox(run)).containsExactly("a", "b");
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(run);
    }

    @Test
    void messages_of_a_refused_start_do_not_reach_a_finished_run() {
        UUID run = owned("order-1");
        done(move(run).state(finished(RunStatus.COMPLETED)).write());
        assertThat(kind(start(run("order-1"), signal("a")))).isEqualTo(Kind.EXISTS);
        assertThat(inbox(run)).isEmpty();
    }

    @Test
    void a_new_incarnation_accepts_message_ids_of_the_one_before() {
        UUID first = owned("order-1");
        done(send("order-1", signal("a")));
        done(move(first).state(finished(RunStatus.COMPLETED)).write());
        NewRun second = run("order-1");
        done(restart(second, signal("a")));
        assertThat(inbox(second.chain())).containsExactly("a");
    }

    @Test
    void a_run_that_a_node_starts_itself_belongs_to_it() {
        NewRun run = run("order-1");
        done(move(run.incarnation()).creation(start(run, signal("a"))).write());
        RunRow row = row(run.incarnation());
        assertThat(row.owner()).isEqualTo(node);
        assertThat(row.status()).isEqualTo(RunStatus.QUEUED);
        assertThat(claim(10, "checkout")).isEmpty();
        assertThat(ids(store.inboxOf(node))).containsExactly("a");
    }

    @Test
    void a_run_may_be_started_and_finished_by_one_write() {
        NewRun run = run("order-1");
        done(move(run.incarnation()).creation(start(run)).units(unit(1), longUnit(2))
                .state(finished(RunStatus.COMPLETED)).write());
        assertThat(row(run.incarnation()).status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(row(run.incarnation()).owner()).isNull();
        assertThat(store.journal(run.incarnation(), 0, 10)).containsExactly(unit(1), longUnit(2));
    }

    @Test
    void a_node_that_starts_a_name_that_is_taken_gets_the_run_there_is_and_writes_nothing() {
        UUID existing = suspended("order-1", NEVER);
        NewRun run = run("order-1");
        Outcome outcome = write(move(run.incarnation()).creation(start(run, signal("a"))).units(unit(1))
                .state(running()).write());
        assertThat(outcome.kind()).isEqualTo(Kind.EXISTS);
        assertThat(outcome.run()).isEqualTo(row(existing));
        assertThat(store.find(run.incarnation())).isEmpty();
        assertThat(store.journal(run.incarnation(), 0, 10)).isEmpty();
        assertThat(store.journal(existing, 0, 10)).isEmpty();
        assertThat(inbox(existing)).containsExactly("a");
    }

    @Test
    void a_run_whose_first_units_are_refused_is_not_started() {
        NewRun run = run("order-1");
        assertThat(kind(move(run.incarnation()).creation(start(run, signal("a"))).units(unit(2)).state(running())
                .write())).isEqualTo(Kind.REFUSED);
        assertThat(store.find("order-1")).isEmpty();
        assertThat(store.find(run.incarnation())).isEmpty();
        assertThat(store.countEntries()).isZero();
        done(start(run));
    }

    @Test
    void a_run_that_its_node_lets_go_of_at_once_is_nobodys() {
        NewRun run = run("order-1");
        done(move(run.incarnation()).creation(start(run, signal("a"))).units(unit(1)).state(suspend(now + 5)).write());
        assertThat(row(run.incarnation()).owner()).isNull();
        assertThat(row(run.incarnation()).status()).isEqualTo(RunStatus.SUSPENDED);
        assertThat(claim(10, "checkout")).as("there is a message").hasSize(1);
    }
}
