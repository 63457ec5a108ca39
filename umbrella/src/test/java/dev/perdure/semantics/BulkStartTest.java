// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.RunExistsException;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.StartOptions.Policy;
import dev.perdure.Workflow;
import dev.perdure.WrongTypeException;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunStarter.Launch;
import dev.perdure.store.RunFilter;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** B9: many starts by one call. */
class BulkStartTest extends OnEveryStore {

    private static final Workflow.Implemented<String, String> ECHO = order((ctx, input) ->
            input + ctx.info().headers().getOrDefault("mark", ""));

    private static List<Launch<String>> launches(int many) {
        return IntStream.range(0, many).mapToObj(i -> Launch.of("order-" + i, "input " + i)).toList();
    }

    @Test
    void b9_ten_thousand_are_started_in_one_call_and_again_join() {
        List<Launch<String>> starts = launches(10_000);
        List<RunHandle<String>> runs = stage.outside().startAll(ECHO, starts);
        assertThat(runs).hasSize(10_000).allMatch(RunHandle::created);
        assertThat(runs.get(7_777).runId()).isEqualTo("order-7777");
        assertThat(stage.outside().count(RunFilter.all().status(RunStatus.QUEUED))).isEqualTo(10_000);
        assertThat(stage.outside().list(RunFilter.all(), 1).runs().getFirst().runId()).isEqualTo("order-9999");
        assertThat(stage.outside().startAll(ECHO, starts)).noneMatch(RunHandle::created);
        assertThat(stage.outside().count(RunFilter.all())).isEqualTo(10_000);
    }

    @Test
    void b9_each_has_the_options_of_a_start_of_its_own() {
        stage.start(ECHO);
        stage.engine().start(ECHO, "there", "first");
        List<Launch<String>> starts = new ArrayList<>();
        starts.add(new Launch<>(StartOptions.none().header("mark", "!").attribute("customer", "c-12"), "a"));
        starts.add(new Launch<>(StartOptions.id("later").delay(Duration.ofHours(1)), "b"));
        starts.add(Launch.of("there", "second"));
        starts.add(Launch.of("twice", "c"));
        starts.add(Launch.of("twice", "d"));
        List<RunHandle<String>> runs = stage.engine().startAll(ECHO, starts);

        assertThat(runs).extracting(RunHandle::created).containsExactly(true, true, false, true, false);
        assertThat(stage.result(runs.get(0))).isEqualTo("a!");
        assertThat(stage.result(runs.get(2))).isEqualTo("first");
        assertThat(stage.result(runs.get(4))).isEqualTo("c");
        assertThat(stage.view("later").status()).isEqualTo(RunStatus.QUEUED);
        assertThat(stage.engine().count(RunFilter.all().attribute("customer", "c-12"))).isEqualTo(1);
        List<RunHandle<String>> again = stage.engine().startAll(ECHO,
                List.of(new Launch<>(StartOptions.id("twice").policy(Policy.RESTART_FINISHED), "e")));
        assertThat(stage.result(again.getFirst())).isEqualTo("e");
        assertThat(stage.engine().startAll(ECHO, List.<Launch<String>>of())).isEmpty();
    }

    @Test
    void b9_a_batch_that_fails_leaves_those_before_it_and_nothing_of_itself() {
        stage.start(ECHO);
        List<Launch<String>> starts = launches(2_500);
        stage.store().failWrites(1, FrailStore.Fault.REFUSED, batch ->
                batch.getFirst() instanceof Write.Start start && start.run().runId().equals("order-1000"));
        assertThatThrownBy(() -> stage.engine().startAll(ECHO, starts)).isInstanceOf(StoreException.class);
        assertThat(stage.engine().count(RunFilter.all())).isEqualTo(1_000);
        List<RunHandle<String>> runs = stage.engine().startAll(ECHO, starts);
        assertThat(runs).extracting(RunHandle::created).startsWith(false).endsWith(true);
        assertThat(runs.stream().filter(RunHandle::created).count()).isEqualTo(1_500);
    }

    @Test
    void b9_what_is_wrong_is_found_before_anything_is_written_and_what_is_taken_after_all_others() {
        stage.start(ECHO);
        List<Launch<String>> wrong = new ArrayList<>(launches(3));
        @SuppressWarnings({"unchecked", "rawtypes"})
        Launch<String> number = (Launch) new Launch<>(StartOptions.id("number"), 7);
        wrong.add(number);
        assertThatThrownBy(() -> stage.engine().startAll(ECHO, wrong)).isInstanceOf(WrongTypeException.class);
        assertThat(stage.engine().count(RunFilter.all())).isZero();

        stage.engine().start(ECHO, "there", "first");
        List<Launch<String>> taken = new ArrayList<>();
        taken.add(new Launch<>(StartOptions.id("there").policy(Policy.FAIL), "x"));
        taken.addAll(launches(3));
        assertThatThrownBy(() -> stage.engine().startAll(ECHO, taken)).isInstanceOf(RunExistsException.class)
                .hasMessageContaining("'there'");
        assertThat(stage.engine().count(RunFilter.all())).isEqualTo(4);
    }
}
