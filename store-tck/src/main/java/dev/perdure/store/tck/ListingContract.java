// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.store.NewRun;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Lists and counts of the present incarnations. */
public abstract class ListingContract extends StoreContract {

    private static final RunFilter ALL = RunFilter.all();

    /** For subclasses. */
    protected ListingContract() {
    }

    private List<String> list(RunFilter filter) {
        List<String> names = store.list(filter, Optional.empty(), 100).stream().map(RunRow::runId).toList();
        assertThat(store.count(filter)).as("the count of %s", filter).isEqualTo(names.size());
        return names;
    }

    private void startWith(String runId, Map<String, String> attributes) {
        NewRun run = run(runId);
        done(start(new NewRun(runId, run.incarnation(), run.chain(), run.workflow(), run.input(), run.headers(),
                attributes, now, now, null)));
    }

    @Test
    void the_newest_run_comes_first_whatever_the_clocks_said() {
        assertThat(list(ALL)).isEmpty();
        done(start(run("a")));
        now -= 1000;
        done(start(run("b")));
        UUID c = owned("c");
        assertThat(list(ALL)).containsExactly("c", "b", "a");
        assertThat(store.list(ALL, Optional.empty(), 1)).containsExactly(row(c));
        restart();
        assertThat(list(ALL)).containsExactly("c", "b", "a");
    }

    @Test
    void pages_follow_each_other_although_runs_come_and_change_meanwhile() {
        for (int i = 0; i < 7; i++) {
            done(start(run("order-" + i)));
        }
        List<String> seen = new ArrayList<>();
        Optional<UUID> last = Optional.empty();
        for (int page = 0; page < 4; page++) {
            List<RunRow> rows = store.list(ALL, last, 2);
            rows.forEach(row -> seen.add(row.runId()));
            last = Optional.of(rows.getLast().incarnation());
            done(start(run("later-" + page)));
            claim(1, "checkout");
        }
        assertThat(seen).containsExactly("order-6", "order-5", "order-4", "order-3", "order-2", "order-1", "order-0");
        assertThat(store.list(ALL, last, 2)).isEmpty();
    }

    @Test
    void a_page_may_begin_after_a_run_that_does_not_fit_or_is_present_no_more() {
        done(start(run("a")));
        UUID b = owned("b");
        done(start(run("c")));
        done(move(b).state(finished(RunStatus.FAILED)).write());
        done(restart(run("b")));
        assertThat(store.list(ALL, Optional.of(b), 10)).extracting(RunRow::runId).containsExactly("a");
        assertThat(store.list(ALL.workflow("unknown"), Optional.of(b), 10)).isEmpty();
        assertThat(store.list(ALL, Optional.of(UUID.randomUUID()), 10)).as("after an unknown one").isEmpty();
    }

    @Test
    void runs_are_found_by_status() {
        done(start(run("queued")));
        owned("running");
        done(move(owned("stuck")).state(stuck()).write());
        done(move(owned("completed")).state(finished(RunStatus.COMPLETED)).write());
        suspended("suspended", NEVER);
        assertThat(list(ALL.status(RunStatus.STUCK))).containsExactly("stuck");
        assertThat(list(ALL.status(RunStatus.COMPLETED))).containsExactly("completed");
        assertThat(list(ALL.status(RunStatus.SUSPENDED, RunStatus.QUEUED, RunStatus.COMPLETED)))
                .containsExactly("suspended", "completed", "queued");
        assertThat(list(ALL.status(RunStatus.PAUSED))).isEmpty();
        done(move(store.find("running").orElseThrow().incarnation()).state(stuck()).write());
        assertThat(list(ALL.status(RunStatus.STUCK))).containsExactly("stuck", "running");
        assertThat(list(ALL.status(RunStatus.RUNNING))).isEmpty();
    }

    @Test
    void runs_are_found_by_workflow() {
        done(start(run("a", "checkout")));
        done(start(run("b", "refund")));
        assertThat(list(ALL.workflow("refund"))).containsExactly("b");
        assertThat(list(ALL.workflow("ref"))).isEmpty();
    }

    @Test
    void runs_are_found_by_the_beginning_of_their_id_character_by_character() {
        for (String id : List.of("order-1", "order_1", "order%1", "Order-1", "örder", "order", "ordes",
                "\uD83D\uDE80-1")) {
            done(start(run(id)));
        }
        assertThat(list(ALL.idPrefix("order"))).containsExactly("order", "order%1", "order_1", "order-1");
        assertThat(list(ALL.idPrefix("order_"))).containsExactly("order_1");
        assertThat(list(ALL.idPrefix("order%"))).containsExactly("order%1");
        assertThat(list(ALL.idPrefix("ö"))).containsExactly("örder");
        assertThat(list(ALL.idPrefix("\uD83D\uDE80"))).hasSize(1);
        assertThat(list(ALL.idPrefix("order-1"))).containsExactly("order-1");
        assertThat(list(ALL.idPrefix("order-12"))).isEmpty();
    }

    @Test
    void runs_are_found_by_the_time_of_their_creation() {
        for (int i = 0; i < 4; i++) {
            done(start(run("order-" + i)));
            now += 10;
        }
        long first = now - 40;
        assertThat(list(ALL.created(first + 10, first + 30))).containsExactly("order-2", "order-1");
        assertThat(list(ALL.created(first + 11, Long.MAX_VALUE))).containsExactly("order-3", "order-2");
        assertThat(list(ALL.created(Long.MIN_VALUE, first + 1))).containsExactly("order-0");
    }

    @Test
    void runs_are_found_by_all_of_their_attributes() {
        startWith("a", Map.of("customer", "c-1", "region", "eu"));
        startWith("b", Map.of("customer", "c-1", "region", "us"));
        startWith("c", Map.of("region", "eu"));
        assertThat(list(ALL.attribute("customer", "c-1"))).containsExactly("b", "a");
        assertThat(list(ALL.attribute("customer", "c-1").attribute("region", "eu"))).containsExactly("a");
        assertThat(list(ALL.attribute("customer", "C-1"))).isEmpty();
        assertThat(list(ALL.attribute("eu", "region"))).isEmpty();
    }

    @Test
    void conditions_are_joined() {
        startWith("order-1", Map.of("region", "eu"));
        startWith("order-2", Map.of("region", "us"));
        startWith("other", Map.of("region", "eu"));
        RunFilter filter = ALL.status(RunStatus.QUEUED).workflow("checkout").idPrefix("order").created(now, now + 1)
                .attribute("region", "eu");
        assertThat(list(filter)).containsExactly("order-1");
        assertThat(list(filter.status(RunStatus.FAILED))).isEmpty();
        assertThat(list(filter.created(now + 1, now + 2))).isEmpty();
    }

    @Test
    void a_name_is_listed_once_however_often_it_was_restarted() {
        UUID first = owned("order-1");
        done(start(run("order-2")));
        done(move(first).state(finished(RunStatus.FAILED)).write());
        assertThat(list(ALL.status(RunStatus.FAILED))).containsExactly("order-1");
        done(restart(run("order-1")));
        assertThat(list(ALL)).containsExactly("order-1", "order-2");
        assertThat(list(ALL.status(RunStatus.FAILED))).isEmpty();
    }
}
