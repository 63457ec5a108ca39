// SPDX-License-Identifier: Apache-2.0
package dev.perdure.journal;

import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import org.jspecify.annotations.Nullable;

/** What the run heard from the world. Each begins a turn. */
public sealed interface Arrival extends Event {

    /** An arrival that answers one position; whatever else comes for it later is dropped before it is journaled. */
    sealed interface Answer extends Arrival {

        /**
         * What is answered.
         *
         * @return the position that asked
         */
        Position at();

        /**
         * The name of what was asked for.
         *
         * @return the step's name; empty for a timer
         */
        String name();

        @Override
        default String subject() {
            return name().isEmpty() ? at().toString() : at() + " '" + name() + "'";
        }
    }

    /**
     * The run takes its first turn.
     *
     * @param seed where its random numbers come from
     */
    record RunStarted(long seed) implements Arrival {
        @Override
        public String subject() {
            return "";
        }
    }

    /**
     * A step returned.
     *
     * @param at the step's position
     * @param name the step's name
     * @param result what it returned
     * @param attempts how many attempts it took
     */
    record StepCompleted(Position at, String name, Payload result, int attempts) implements Answer {
    }

    /**
     * A step failed for good.
     *
     * @param at the step's position
     * @param name the step's name
     * @param failure what its last attempt threw
     * @param attempts how many attempts were made
     */
    record StepFailed(Position at, String name, Failure failure, int attempts) implements Answer {
    }

    /**
     * An at-most-once step was cut off.
     *
     * @param at the step's position
     * @param name the step's name
     */
    record StepOutcomeUnknown(Position at, String name) implements Answer {
    }

    /**
     * A step was given up because of a cancellation: before it began, or between two attempts.
     *
     * @param at the step's position
     * @param name the step's name
     */
    record StepCancelled(Position at, String name) implements Answer {
    }

    /**
     * A child returned.
     *
     * @param at the position of its start
     * @param name the name of its workflow
     * @param result what it returned
     */
    record ChildCompleted(Position at, String name, Payload result) implements Answer {
    }

    /**
     * A child ended without a result.
     *
     * @param at the position of its start
     * @param name the name of its workflow
     * @param status how it ended
     * @param failure what it threw, or why it was stopped
     */
    record ChildFailed(Position at, String name, RunStatus status, Failure failure) implements Answer {
    }

    /**
     * A signal to another run is in that run's inbox.
     *
     * @param at the position of its sending
     * @param name the signal's name
     */
    record SignalDelivered(Position at, String name) implements Answer {
    }

    /**
     * A signal to another run was not delivered.
     *
     * @param at the position of its sending
     * @param name the signal's name
     * @param status how that run had finished, or null if there is none of the id
     */
    record SignalRefused(Position at, String name, @Nullable RunStatus status) implements Answer {
    }

    /**
     * A fact that was awaited is known.
     *
     * @param at the position that awaited it
     * @param name the fact's name
     * @param value its value
     */
    record FactLearned(Position at, String name, Payload value) implements Answer {
    }

    /**
     * A timer, or the time-out of a wait, came due.
     *
     * @param at the position that set it
     */
    record TimerFired(Position at) implements Answer {
        @Override
        public String name() {
            return "";
        }
    }

    /**
     * A message came.
     *
     * @param name the signal's name
     * @param value its value
     * @param messageId the sender's id of the message
     */
    record SignalReceived(String name, Payload value, String messageId) implements Arrival {
        @Override
        public String subject() {
            return "'" + name + "'";
        }
    }

    /**
     * Somebody asked the run to stop.
     *
     * @param reason why
     * @param by who
     */
    record CancelRequested(String reason, String by) implements Arrival {
        @Override
        public String subject() {
            return "'" + reason + "' by " + by;
        }
    }
}
