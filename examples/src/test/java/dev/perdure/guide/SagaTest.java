// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.RetryPolicy;
import dev.perdure.RunStatus;
import dev.perdure.Saga;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class SagaTest {

    private final List<String> done = new CopyOnWriteArrayList<>();

    // snippet:saga
    static final RetryPolicy STUBBORN = RetryPolicy.forever(Duration.ofSeconds(1));

    String book(WorkflowContext ctx, String trip) throws Exception {
        return Saga.run(ctx, saga -> {
            saga.onFailure(StepSpec.of("cancel flight").retry(STUBBORN), step -> cancelFlight(trip));
            ctx.step("book flight", step -> bookFlight(trip));

            saga.onFailure(StepSpec.of("cancel hotel").retry(STUBBORN), step -> cancelHotel(trip));
            ctx.step("book hotel", step -> bookHotel(trip));
            return "booked";
        });
    }
    // end

    private void bookFlight(String trip) {
        done.add("flight");
    }

    private void bookHotel(String trip) {
        if (trip.equals("mars")) {
            throw new IllegalStateException("no hotel on mars");
        }
        done.add("hotel");
    }

    private void cancelFlight(String trip) {
        done.add("cancel flight");
    }

    private void cancelHotel(String trip) {
        done.add("cancel hotel, if there is one");
    }

    @Test
    void what_was_done_is_taken_back_in_reverse_order() {
        Workflow<String, String> trip = Workflow.named("trip", String.class, String.class);
        Store store = new MemoryStore();
        try (Engine engine = Engine.builder().store(store).workflow(trip, this::book).start()) {
            assertThat(engine.start(trip, "rome").result()).isEqualTo("booked");
            assertThat(done).containsExactly("flight", "hotel");
            done.clear();

            RunHandle<String> failed = engine.start(trip, "mars");
            WorkflowFailedException failure = catchThrowableOfType(WorkflowFailedException.class, failed::result);
            assertThat(failure.status()).isEqualTo(RunStatus.FAILED);
            assertThat(failure.failure().rootCause().message()).isEqualTo("no hotel on mars");
            assertThat(done).containsExactly("flight", "cancel hotel, if there is one", "cancel flight");
        }
    }
}
