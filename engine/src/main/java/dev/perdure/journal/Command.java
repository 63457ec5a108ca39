// SPDX-License-Identifier: Apache-2.0
package dev.perdure.journal;

import dev.perdure.Failure;
import dev.perdure.Payload;
import java.util.UUID;

/**
 * What the code decided. On replay the code must say the same commands in the same turns: the same kinds, positions and
 * names; anything else makes the run stuck. Values and deadlines are not compared: the journal's hold.
 */
public sealed interface Command extends Event {

    /**
     * Whether this is the same decision as another one.
     *
     * @param other what the code says now
     * @return true if kind, position and name agree
     */
    default boolean agreesWith(Command other) {
        return getClass() == other.getClass() && subject().equals(other.subject());
    }

    /** A command that takes the next position of its fiber. */
    sealed interface Asked extends Command {

        /**
         * Where it was asked.
         *
         * @return fiber and index
         */
        Position at();

        /**
         * The name it was asked under.
         *
         * @return of the step, the signal, the value
         */
        String name();

        @Override
        default boolean agreesWith(Command other) {
            return getClass() == other.getClass() && other instanceof Asked that
                    && at().equals(that.at()) && name().equals(that.name());
        }

        @Override
        default String subject() {
            return at() + " '" + name() + "'";
        }
    }

    /**
     * An at-most-once step is about to be carried out. Other steps need no entry before they start.
     *
     * @param at the step's position
     * @param name the step's name
     */
    record StepScheduled(Position at, String name) implements Asked {
    }

    /**
     * A wake-up was set.
     *
     * @param at its position
     * @param name what it is for: sleep, timer, await, promise
     * @param due when to fire, in milliseconds since 1970; not part of the identity
     */
    record TimerSet(Position at, String name, long due) implements Asked {
    }

    /**
     * A timer was called off before it fired.
     *
     * @param timer the position of the timer
     */
    record TimerCancelled(Position timer) implements Command {
        @Override
        public String subject() {
            return timer.toString();
        }
    }

    /**
     * A fiber asked for the next signal of a name.
     *
     * @param at its position
     * @param name the signal's name
     * @param due when to give up, in milliseconds since 1970, or {@link Long#MAX_VALUE}; not part of the identity
     */
    record SignalAwaited(Position at, String name, long due) implements Asked {
    }

    /**
     * A value was computed once.
     *
     * @param at its position
     * @param name its name
     * @param value the value
     */
    record SideEffectRecorded(Position at, String name, Payload value) implements Asked {
    }

    /**
     * A value was made readable from outside; the value itself is stored beside the journal.
     *
     * @param at its position
     * @param name its name
     */
    record ValuePublished(Position at, String name) implements Asked {
    }

    /**
     * Another run was started, or joined if there was one of its id.
     *
     * @param at its position
     * @param name the name of its workflow
     * @param runId its id; not part of the identity
     * @param child its incarnation, if it was made for this; not part of the identity
     */
    record ChildStarted(Position at, String name, String runId, UUID child) implements Asked {
    }

    /**
     * A child was asked to stop by the code, which waits for it no more.
     *
     * @param child the position of its start
     */
    record ChildCancelled(Position child) implements Command {
        @Override
        public String subject() {
            return child.toString();
        }
    }

    /**
     * A signal was sent to another run.
     *
     * @param at its position
     * @param name the signal's name
     * @param runId to which run; not part of the identity
     */
    record SignalSent(Position at, String name, String runId) implements Asked {
    }

    /**
     * A fact was made known to all, unless there was one of its name; its value is stored beside the journal.
     *
     * @param at its position
     * @param name the fact's name
     */
    record FactEmitted(Position at, String name) implements Asked {
    }

    /**
     * A fiber asked for a fact.
     *
     * @param at its position
     * @param name the fact's name
     * @param due when to give up, in milliseconds since 1970, or {@link Long#MAX_VALUE}; not part of the identity
     */
    record FactAwaited(Position at, String name, long due) implements Asked {
    }

    /**
     * A run came to a changed piece of code for the first time.
     *
     * @param changeId the name of the change
     * @param version the version this run stays on
     */
    record VersionMarked(String changeId, int version) implements Command {
        @Override
        public String subject() {
            return "'" + changeId + "'";
        }
    }

    /**
     * The code returned.
     *
     * @param result its result
     */
    record RunCompleted(Payload result) implements Command {
        @Override
        public String subject() {
            return "";
        }
    }

    /**
     * The code threw.
     *
     * @param failure what
     */
    record RunFailed(Failure failure) implements Command {
        @Override
        public String subject() {
            return "";
        }
    }

    /**
     * The code stopped because it was asked to.
     *
     * @param failure the cancellation
     */
    record RunCancelled(Failure failure) implements Command {
        @Override
        public String subject() {
            return "";
        }
    }

    /**
     * The code handed over to a successor.
     *
     * @param next the incarnation of the successor; not part of the identity
     * @param input the input of the successor
     */
    record RunContinued(UUID next, Payload input) implements Command {
        @Override
        public String subject() {
            return "";
        }
    }
}
