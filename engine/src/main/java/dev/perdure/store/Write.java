// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store;

import dev.perdure.Payload;
import dev.perdure.Queue;
import dev.perdure.RunStatus;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One change that a store makes as a whole or refuses as a whole. */
public sealed interface Write {

    /**
     * A client starts a run that no node owns yet. Refused with {@code EXISTS} if the name has an incarnation that
     * has not finished, or a finished one and {@code restartFinished} is false. Its messages are put into the inbox;
     * in a refused start they are sent to the existing run instead, if that has not finished. Those that its chain
     * was sent before are left out.
     *
     * <p>Sent again it answers {@code DONE} because the incarnation is there, and changes nothing.
     *
     * @param run the new run: it is {@code QUEUED}, and wakes up at its start time
     * @param restartFinished whether a finished run of the name makes way
     * @param messages go along, in this order
     * @param limits by when it must have begun and ended; those of a run that is there already stay as they are
     */
    record Start(NewRun run, boolean restartFinished, List<NewMessage> messages, List<Limit> limits)
            implements Write {

        /**
         * Without limits.
         *
         * @param run see above
         * @param restartFinished see above
         * @param messages see above
         */
        public Start(NewRun run, boolean restartFinished, List<NewMessage> messages) {
            this(run, restartFinished, messages, List.of());
        }

        /**
         * Whether somebody else may have chosen the same ids just now.
         *
         * @return false if all were made up
         */
        public boolean hasChosenIds() {
            return run.hasChosenName() || messages.stream().anyMatch(NewMessage::hasChosenId);
        }
    }

    /**
     * The owner moves a run: everything one or more turns have brought, as one.
     *
     * <p>A run that finishes, by this or by {@link Terminate}, listens for no fact any more.
     *
     * <p>When a run finishes and is not continued, by this or by {@link Terminate}, its parent and whoever
     * {@link Watch}es it are told in the same change: they get a {@linkplain Parent#told message}, unless they have
     * finished. When it finishes in whatever way, its children that go on get the message that their
     * {@linkplain Parent#closes policy} says.
     *
     * <p>Refused with {@code REFUSED} if the node has ended or does not own the run, or if the units do not follow the
     * journal's last entry; with {@code EXISTS} if its creation is.
     *
     * <p>Sent again it answers {@code DONE} because the journal has exactly these units, and changes nothing. Without
     * units it is carried out again, which comes to the same; if the first time took the run from its owner it is
     * refused, and nothing is lost.
     *
     * @param node the owner
     * @param incarnation the run
     * @param creation if the run is new: its start, decided as in {@link Start} (then the node becomes its owner), or
     *     null; the same incarnation
     * @param units appended to the journal; their numbers follow the last one without a gap
     * @param heard numbers of messages in the run's inbox that these units have heard; they are deleted
     * @param state where the run stands after this, or null if that has not changed
     * @param attempts how far steps have come
     * @param answered positions whose attempts are forgotten, those of this very write, too
     * @param published values to be readable from now on; {@link Payload#NONE} takes one back
     * @param successor the next incarnation if the run continues as new, or null; same name, chain and parent, and
     *     owned by the same node
     * @param others what these units have to say to other runs
     */
    record Advance(UUID node, UUID incarnation, @Nullable Start creation, List<Unit> units, List<Long> heard,
            @Nullable RunState state, List<Attempt> attempts, List<Position> answered, Map<String, Payload> published,
            @Nullable Succession successor, Others others) implements Write {

        /**
         * Without other runs.
         *
         * @param node see above
         * @param incarnation see above
         * @param creation see above
         * @param units see above
         * @param heard see above
         * @param state see above
         * @param attempts see above
         * @param answered see above
         * @param published see above
         * @param successor see above
         */
        public Advance(UUID node, UUID incarnation, @Nullable Start creation, List<Unit> units, List<Long> heard,
                @Nullable RunState state, List<Attempt> attempts, List<Position> answered,
                Map<String, Payload> published, @Nullable Succession successor) {
            this(node, incarnation, creation, units, heard, state, attempts, answered, published, successor,
                    Others.NONE);
        }

        /**
         * Whether there is nothing in it but units, so that a store may have a shorter way for it.
         *
         * @return true if nothing else changes
         */
        public boolean isOnlyUnits() {
            return creation == null && heard.isEmpty() && state == null && attempts.isEmpty() && answered.isEmpty()
                    && published.isEmpty() && successor == null && others.isEmpty();
        }

        /**
         * How the run has ended, for those who wait for it.
         *
         * @return its result or failure, from the last of these units; see {@link ChildEnd#value}
         */
        public Payload ending() {
            return ChildEnd.value(state.status(), state.problem(), units.isEmpty() ? null : units.getLast());
        }

        /** Checks what no store should have to: that the parts belong together. */
        public Advance {
            if (creation != null && !creation.run().incarnation().equals(incarnation)) {
                throw new IllegalArgumentException("run " + incarnation + " is advanced and "
                        + creation.run().incarnation() + " created by one write. Create and advance the same one");
            }
            boolean continues = state != null && state.status() == RunStatus.CONTINUED;
            if (continues != (successor != null)) {
                throw new IllegalArgumentException("run " + incarnation + (continues ? " is CONTINUED without" : " has")
                        + " a successor. Give a successor exactly when the state is CONTINUED");
            }
            for (int i = 1; i < units.size(); i++) {
                if (units.get(i).seq() != units.get(i - 1).lastSeq() + 1) {
                    throw new IllegalArgumentException("run " + incarnation + ": unit " + units.get(i).seq()
                            + " does not follow entry " + units.get(i - 1).lastSeq() + ". Number entries without gaps");
                }
            }
        }
    }

    /**
     * What a run does to other runs by an {@link Advance}.
     *
     * @param children runs that it has started, decided as in {@link Start}; that a name is taken is no reason to
     *     refuse the rest
     * @param kept which of these, by incarnation, belong to the node from the beginning and are {@code RUNNING}; their
     *     names are made up
     * @param told messages to other chains; what is sent to one that has finished or never was is dropped
     * @param said what it says by name to whom it may concern
     * @param forgotten activities that it has called and whose ends it has heard, by incarnation: nothing is left of
     *     them. Those that the node does not own and that have not finished are left alone
     */
    record Others(List<Start> children, Set<UUID> kept, List<Told> told, Said said, List<UUID> forgotten) {

        /** Nothing. */
        public static final Others NONE = new Others(List.of(), Set.of(), List.of(), Said.NOTHING, List.of());

        /**
         * Words only.
         *
         * @param said what it says by name
         */
        public Others(Said said) {
            this(List.of(), Set.of(), List.of(), said, List.of());
        }

        /**
         * Whether there are children for whoever takes them.
         *
         * @return false if all belong to the node
         */
        public boolean leavesChildren() {
            return children.size() > kept.size();
        }

        /**
         * Whether no other run is concerned.
         *
         * @return true for nothing
         */
        public boolean isEmpty() {
            return children.isEmpty() && told.isEmpty() && said.isEmpty() && forgotten.isEmpty();
        }
    }

    /**
     * What a run says by name, and what it listens for.
     *
     * @param signals to other runs, in this order, after its children were made
     * @param facts to be known by all; one whose name is taken is dropped
     * @param listening the facts that it waits for from now on
     * @param givenUp where it waits for a fact no more, and also not for one of this very write
     */
    record Said(List<Signalled> signals, List<Fact> facts, List<Listening> listening, List<Position> givenUp) {

        /** Not a word. */
        public static final Said NOTHING = new Said(List.of(), List.of(), List.of(), List.of());

        /**
         * Whether there is nothing in it.
         *
         * @return true for nothing
         */
        public boolean isEmpty() {
            return signals.isEmpty() && facts.isEmpty() && listening.isEmpty() && givenUp.isEmpty();
        }
    }

    /**
     * A message of one run to another.
     *
     * @param chain to which; nothing is said of whether it is there
     * @param message with an id that was made up
     */
    record Told(UUID chain, NewMessage message) {
    }

    /**
     * A signal of one run to another by its name. In the same change the sender is {@linkplain Asker#signalled told}
     * what has become of it, unless it has finished: whether it is in the other's inbox, or there is nobody of that
     * name, or that one has finished.
     *
     * @param runId to which; may be the sender
     * @param message with an id that was made up
     * @param sender where to tell
     */
    record Signalled(String runId, NewMessage message, Asker sender) {
    }

    /**
     * A run waits for a fact: it is {@linkplain Asker#learned told} when both this and the fact are durable, whichever
     * comes later, at the latest by the next {@link Store#look} of any node. A run that waits for one fact at several
     * places is told in their order.
     *
     * @param asker who waits, and where
     * @param fact the fact's name
     */
    record Listening(Asker asker, String fact) {
    }

    /**
     * Somebody makes a fact known. Those who wait for it are told, as {@link Listening} says. Refused with
     * {@code EXISTS}, and without a run, if there is one of the name already (this one, if it is sent again).
     *
     * @param fact the fact
     */
    record Emit(Fact fact) implements Write {
    }

    /**
     * A run wants to hear of the end of another one that it has not made: the present life of a name, and those that
     * continue it. Answers {@code DONE}, and {@code FINISHED} if it has finished; then it will not be told. Refused
     * with {@code NOT_FOUND} if there is none.
     *
     * @param runId the other one
     * @param watcher who is told; nothing is done if it is the parent of that run already, or was noted before
     */
    record Watch(String runId, Parent watcher) implements Write {
    }

    /**
     * A node has seen that a limit is exceeded. A run that has never begun, and that nobody owns, ends at once: as
     * {@code CANCELLED}, with {@link Limit#ending} as its journal. One that has begun gets the limit's
     * {@link Limit#message}, if that is about its end and it has not ended. Then the limit is forgotten. Waits for
     * nobody: what somebody else has to do with just now is left as it is, and the limit with it if need be, and seen
     * again. Answers {@code DONE} in any case.
     *
     * @param exceeded the limit, as {@link Store#exceeded} has it
     * @param now milliseconds since 1970
     */
    record Expire(Limit.Of exceeded, long now) implements Write {
    }

    /**
     * Somebody says what the limits of a queue are. Answers {@code DONE}.
     *
     * @param queue the limits from now on
     * @param declared whether it is code that says so, each time an engine starts: then it counts only if the code has
     *     not said the same before, so that what others have said meanwhile stands
     */
    record Define(Queue queue, boolean declared) implements Write {
    }

    /**
     * The next incarnation of a run that continues as new.
     *
     * @param run the new incarnation: same name and chain
     * @param carried messages its predecessor had heard and nobody had received; heard again, in this order, before
     *     everything in the inbox, although the chain was sent them before
     */
    record Succession(NewRun run, List<NewMessage> carried) {
    }

    /**
     * The owner lets go of a suspended run that it will not move for now. Refused with {@code REFUSED} if it is not
     * the owner (or no longer: if this was sent before), or if the node has ended.
     *
     * @param node the owner
     * @param incarnation the run
     */
    record Release(UUID node, UUID incarnation) implements Write {
    }

    /**
     * Somebody sends a message to a run by its name. Refused with {@code NOT_FOUND} if there is none,
     * {@code DUPLICATE} if the run's chain was ever sent a message with the same id (this one, if it is sent again),
     * else {@code FINISHED} if it has finished.
     *
     * @param runId the run
     * @param message the message
     */
    record Send(String runId, NewMessage message) implements Write {
    }

    /**
     * Somebody stops a run without asking its code. A run that nobody owns ends at once as {@code TERMINATED}, with
     * the message's {@linkplain NewMessage#sentence sentence} as its problem; one that is owned gets the message,
     * once. Refused with {@code NOT_FOUND} or {@code FINISHED} (by this, if it is sent again).
     *
     * @param runId the run
     * @param message kind {@code TERMINATE}, with reason and sender
     */
    record Terminate(String runId, NewMessage message) implements Write {
    }

    /**
     * Somebody puts a stuck run back: it is queued, its problem and recoveries forgotten. Refused with
     * {@code NOT_FOUND} or {@code NOT_STUCK} (any more, if this is sent again).
     *
     * @param runId the run
     * @param now milliseconds since 1970
     */
    record Redrive(String runId, long now) implements Write {
    }
}
