// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.EngineObserver;
import dev.perdure.RetryPolicy;
import dev.perdure.TextCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final Set<String> ORDER = Set.of("order");
    private static final Set<String> PAYMENT = Set.of("payment");

    private static Admission admission(int maxActive, Map<String, Integer> byWorkflow, int cacheSize) {
        return new Admission(new Settings(TextCodec.payloads(1_000), new EngineObserver() { }, RetryPolicy.none(),
                Map.of(), null, maxActive, byWorkflow, cacheSize, 1_000, 1_000, 3, Duration.ofSeconds(1)));
    }

    @Test
    void there_are_as_many_places_as_are_free_and_never_more_than_were_asked_for() {
        Admission admission = admission(5, Map.of(), 1);

        assertThat(admission.take(ORDER, 2)).isEqualTo(2);
        assertThat(admission.take(PAYMENT, 9)).isEqualTo(3);
        assertThat(admission.take(ORDER, 1)).isZero();
    }

    @Test
    void a_workflow_with_a_bound_of_its_own_finds_no_more_places_than_that_and_leaves_the_rest_to_others() {
        Admission admission = admission(5, Map.of("order", 2), 1);

        assertThat(admission.take(ORDER, 9)).isEqualTo(2);
        assertThat(admission.take(ORDER, 1)).isZero();
        assertThat(admission.take(PAYMENT, 9)).isEqualTo(3);
    }

    @Test
    void who_gives_a_place_back_hears_whether_somebody_found_none() {
        Admission admission = admission(1, Map.of(), 1);
        admission.take(ORDER, 1);

        assertThat(admission.giveBack(ORDER, 1)).as("nobody was turned away").isFalse();
        admission.take(ORDER, 1);
        admission.take(PAYMENT, 1);
        assertThat(admission.giveBack(ORDER, 0)).as("no place was given back").isFalse();
        assertThat(admission.giveBack(ORDER, 1)).isTrue();
        admission.take(ORDER, 1);
        assertThat(admission.giveBack(ORDER, 1)).as("it was called already").isFalse();
    }

    @Test
    void who_was_turned_away_at_the_bound_of_its_workflow_waits_for_a_place_of_that_workflow() {
        Admission admission = admission(5, Map.of("order", 1), 1);
        admission.take(ORDER, 1);
        admission.take(PAYMENT, 1);
        admission.take(ORDER, 1);

        assertThat(admission.giveBack(PAYMENT, 1)).isFalse();
        assertThat(admission.giveBack(ORDER, 1)).isTrue();
        assertThat(admission.take(ORDER, 1)).isEqualTo(1);
    }

    @Test
    void a_run_that_comes_in_any_case_counts_against_both_bounds() {
        Admission admission = admission(2, Map.of("order", 1), 1);
        admission.takeAnyway("order");

        assertThat(admission.take(ORDER, 1)).isZero();
        admission.takeAnyway("order");
        assertThat(admission.take(PAYMENT, 1)).isZero();
    }

    @Test
    void workflows_without_a_bound_of_their_own_are_claimed_together_and_the_others_alone() {
        assertThat(admission(5, Map.of(), 1).groups(Set.of("a", "b"))).containsExactly(Set.of("a", "b"));
        assertThat(admission(5, Map.of("a", 1, "b", 1), 1).groups(Set.of("a", "b", "c", "d")))
                .containsExactlyInAnyOrder(Set.of("a"), Set.of("b"), Set.of("c", "d"));
        assertThat(admission(5, Map.of("a", 1), 1).groups(Set.of("a"))).containsExactly(Set.of("a"));
        assertThat(admission(5, Map.of("a", 1), 1).groups(Set.of())).isEmpty();
    }

    @Test
    void each_group_is_the_first_in_its_turn() {
        Admission admission = admission(5, Map.of("a", 1, "b", 1), 1);
        Set<String> names = new LinkedHashSet<>(List.of("a", "b", "c"));
        List<Set<String>> firsts = new ArrayList<>();
        for (int round = 0; round < 6; round++) {
            firsts.add(admission.groups(names).getFirst());
        }

        assertThat(firsts).containsExactly(Set.of("a"), Set.of("b"), Set.of("c"), Set.of("a"), Set.of("b"),
                Set.of("c"));
    }

    @Test
    void the_cache_is_full_at_its_size_and_nearly_full_above_nine_tenths_of_it() {
        Admission admission = admission(5, Map.of(), 20);
        admission.countWarm(18);
        assertThat(admission.isCacheNearlyFull()).isFalse();
        admission.countWarm(1);
        assertThat(admission.isCacheNearlyFull()).isTrue();
        assertThat(admission.isCacheFull()).isFalse();
        admission.countWarm(1);
        assertThat(admission.isCacheFull()).isTrue();
        admission.countWarm(-1);
        assertThat(admission.isCacheFull()).isFalse();
    }
}
