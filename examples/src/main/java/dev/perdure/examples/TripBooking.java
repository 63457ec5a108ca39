// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.RetryPolicy;
import dev.perdure.Saga;
import dev.perdure.StepSpec;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.WorkflowFailedException;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import java.time.Duration;

/**
 * Several bookings or none: when one fails, those before it are taken back, last first, also after a crash in between.
 */
public final class TripBooking {

    static final Workflow<Trip, String> TRIP = Workflow.named("trip", Trip.class, String.class);

    private final Agency agency;

    TripBooking(Agency agency) {
        this.agency = agency;
    }

    record Trip(String traveller, String to) {
    }

    /** Books and cancels. Each call has a key by which the agency knows it again. */
    interface Agency {
        String book(String what, Trip trip, String key);

        /** Must bear that nothing was booked. */
        void cancel(String what, Trip trip, String key);
    }

    // snippet:saga
    private static final RetryPolicy UNTIL_DONE = RetryPolicy.forever(Duration.ofMillis(100));

    String run(WorkflowContext ctx, Trip trip) throws Exception {
        return Saga.run(ctx, saga -> {
            saga.onFailure(StepSpec.of("cancel-flight").retry(UNTIL_DONE),
                    step -> agency.cancel("flight", trip, step.idempotencyKey()));
            String flight = ctx.step("flight", String.class,
                    step -> agency.book("flight", trip, step.idempotencyKey()));

            saga.onFailure(StepSpec.of("cancel-hotel").retry(UNTIL_DONE),
                    step -> agency.cancel("hotel", trip, step.idempotencyKey()));
            String hotel = ctx.step("hotel", String.class,
                    step -> agency.book("hotel", trip, step.idempotencyKey()));

            return flight + " and " + hotel;
        });
    }
    // end

    /**
     * Books a trip that works and one whose hotel is full.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Agency agency = new Agency() {
            @Override
            public String book(String what, Trip trip, String key) {
                if (what.equals("hotel") && trip.to().equals("Atlantis")) {
                    throw new IllegalStateException("no room left in " + trip.to());
                }
                System.out.println("booked a " + what + " to " + trip.to());
                return what + " to " + trip.to();
            }

            @Override
            public void cancel(String what, Trip trip, String key) {
                System.out.println("cancelled the " + what + " to " + trip.to());
            }
        };
        try (Engine engine =
                Engine.builder().store(new MemoryStore()).workflow(TRIP, new TripBooking(agency)::run).start()) {
            System.out.println(engine.start(TRIP, "trip-1", new Trip("Ada", "Lisbon")).result());
            try {
                engine.start(TRIP, "trip-2", new Trip("Grace", "Atlantis")).result();
            } catch (WorkflowFailedException failed) {
                System.out.println(failed.getMessage());
            }
        }
    }
}
