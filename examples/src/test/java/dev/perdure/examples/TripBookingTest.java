// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TripBookingTest {

    private final List<String> calls = new CopyOnWriteArrayList<>();

    private final TripBooking.Agency agency = new TripBooking.Agency() {

        private boolean refused;

        @Override
        public String book(String what, TripBooking.Trip trip, String key) {
            calls.add("book " + what);
            if (what.equals("hotel") && trip.to().equals("Atlantis")) {
                throw new IllegalStateException("no room left");
            }
            return what;
        }

        @Override
        public void cancel(String what, TripBooking.Trip trip, String key) {
            calls.add("cancel " + what);
            if (what.equals("flight") && !refused) {
                refused = true;
                throw new IllegalStateException("the line is busy");
            }
        }
    };

    private String book(String to) {
        TripBooking booking = new TripBooking(agency);
        try (Engine engine = Engine.builder().store(new MemoryStore()).workflow(TripBooking.TRIP, booking::run)
                .start()) {
            return engine.start(TripBooking.TRIP, "trip", new TripBooking.Trip("Ada", to)).result();
        }
    }

    @Test
    void what_works_is_not_taken_back() {
        assertThat(book("Lisbon")).isEqualTo("flight and hotel");
        assertThat(calls).containsExactly("book flight", "book hotel");
    }

    @Test
    void what_was_booked_is_taken_back_last_first_and_until_it_is_done() {
        assertThatThrownBy(() -> book("Atlantis")).isInstanceOf(WorkflowFailedException.class)
                .hasMessageContaining("no room left");
        assertThat(calls).containsExactly("book flight", "book hotel", "cancel hotel", "cancel flight",
                "cancel flight");
    }
}
