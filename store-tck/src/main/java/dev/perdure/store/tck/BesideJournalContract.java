// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Position;
import dev.perdure.store.Attempt;
import dev.perdure.store.Outcome.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What stands beside a journal and is overwritten: attempts of open steps, and published values. */
public abstract class BesideJournalContract extends StoreContract {

    /** For subclasses. */
    protected BesideJournalContract() {
    }

    private static Failure failure(String message) {
        Failure cause = new Failure("java.io.IOException", List.of("java.lang.Exception"), null, "", null,
                Payload.NONE, null);
        return new Failure("com.acme.CardDeclined", List.of("java.lang.RuntimeException"), message, "at main\n", cause,
                text("details"), Duration.ofMillis(250));
    }

    private Attempt attempt(Position at, int made) {
        return new Attempt(at, "charge", made, now, now + 100 * made, failure("try " + made));
    }

    // ---- attempts ----

    @Test
    void the_latest_attempt_of_each_step_is_kept() {
        UUID run = owned("order-1");
        Position branch = new Position("main/2", 1);
        done(move(run).attempt(attempt(at(1), 1)).attempt(attempt(branch, 1)).write());
        done(move(run).attempt(attempt(at(1), 2)).write());
        assertThat(store.attempts(run)).containsExactlyInAnyOrder(attempt(at(1), 2), attempt(branch, 1));
        restart();
        assertThat(store.attempts(run)).containsExactlyInAnyOrder(attempt(at(1), 2), attempt(branch, 1));
        assertThat(store.attempts(UUID.randomUUID())).isEmpty();
    }

    @Test
    void attempts_are_forgotten_when_the_step_is_answered() {
        UUID run = owned("order-1");
        done(move(run).attempt(attempt(at(1), 1)).attempt(attempt(at(2), 1)).write());
        done(move(run).units(unit(1)).answered(at(1), at(9)).write());
        assertThat(store.attempts(run)).containsExactly(attempt(at(2), 1));
        done(move(run).attempt(attempt(at(3), 1)).answered(at(3)).write());
        assertThat(store.attempts(run)).as("answered by the same write").containsExactly(attempt(at(2), 1));
    }

    @Test
    void attempts_are_kept_when_a_run_gets_stuck_and_forgotten_when_it_ends() {
        UUID run = owned("order-1");
        done(move(run).attempt(attempt(at(1), 1)).state(stuck()).write());
        assertThat(store.attempts(run)).hasSize(1);
        UUID other = owned("order-2");
        done(move(other).attempt(attempt(at(1), 1)).state(finished(RunStatus.CANCELLED)).write());
        assertThat(store.attempts(other)).isEmpty();
        assertThat(store.attempts(run)).hasSize(1);
    }

    @Test
    void a_refused_advance_keeps_no_attempts() {
        UUID run = owned("order-1");
        assertThat(kind(move(run).units(unit(5)).attempt(attempt(at(1), 1)).write())).isEqualTo(Kind.REFUSED);
        assertThat(store.attempts(run)).isEmpty();
    }

    // ---- published values ----

    @Test
    void a_published_value_can_be_read_until_another_takes_its_place() {
        UUID run = owned("order-1");
        assertThat(store.published(run)).isEmpty();
        done(move(run).publish("total", text("5")).publish("it's", new Payload("raw", new byte[] {0, -1})).write());
        done(move(run).publish("total", text("6")).write());
        assertThat(store.published(run)).isEqualTo(
                Map.of("total", text("6"), "it's", new Payload("raw", new byte[] {0, -1})));
        assertThat(store.published(UUID.randomUUID())).isEmpty();
    }

    @Test
    void a_published_value_can_be_taken_back() {
        UUID run = owned("order-1");
        done(move(run).publish("total", text("5")).publish("state", text("open")).write());
        done(move(run).publish("total", Payload.NONE).publish("never there", Payload.NONE).write());
        assertThat(store.published(run)).containsOnlyKeys("state");
    }

    @Test
    void published_values_outlive_the_run() {
        UUID run = owned("order-1");
        done(move(run).publish("total", text("5")).state(finished(RunStatus.COMPLETED)).write());
        restart();
        assertThat(store.published(run)).containsOnlyKeys("total");
    }
}
