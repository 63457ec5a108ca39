// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz.program;

import java.util.List;
import java.util.Set;

/**
 * One thing that a program does. What there are several manners of is an enum, whose first constant is what bytes of
 * zero mean; {@link Census} counts each constant of each.
 */
sealed interface Op {

    /** The blocks inside of it. */
    default List<List<Op>> blocks() {
        return List.of();
    }

    /** The same with other blocks: as many as it has. */
    default Op with(List<List<Op>> blocks) {
        return this;
    }

    /** What a step is asked for with, and by which method. */
    enum Care { PLAIN, ACTION, LISTED, RUN, RETRIED, GROWING, PICKY, TIMED, ONCE }

    record Step(String name, Care care) implements Op {
    }

    enum Until { FOR, UNTIL, PAST }

    record Sleep(Until until, int seconds) implements Op {
    }

    enum Hearing { FOREVER, TIMED, TRY, PEEK, TYPED }

    record Receive(Hearing hearing, String signal, int seconds) implements Op {
    }

    enum Ringing { GET, AWAIT, CANCEL, GET_CANCELLED }

    record Timer(Ringing ringing, int seconds) implements Op {
    }

    /** How a branch is begun. */
    enum Begin { PLAIN, NAMED, ACTION }

    /** How branches are waited for; {@code READY} is one more that has its value from the start. */
    enum Join { ALL, ALL_AND_READY, ANY, ANY_OR_READY, RACE, AWAIT, EACH, PEEK, LEAVE, CANCEL }

    record Branches(Begin begin, Join join, String name, List<List<Op>> bodies, int seconds) implements Op {
        @Override
        public List<List<Op>> blocks() {
            return bodies;
        }

        @Override
        public Op with(List<List<Op>> blocks) {
            return new Branches(begin, join, name, blocks, seconds);
        }
    }

    /** What a select may wait for beside its timer. */
    enum Source { SIGNAL, CHANNEL, BRANCH, CANCELLATION, RACE, READY }

    enum Losers { KEPT, CANCELLED }

    record Select(Set<Source> sources, Losers losers, String signal, int seconds, List<Op> branch) implements Op {

        boolean has(Source source) {
            return sources.contains(source);
        }

        @Override
        public List<List<Op>> blocks() {
            return has(Source.BRANCH) ? List.of(branch) : List.of();
        }

        @Override
        public Op with(List<List<Op>> blocks) {
            return blocks.isEmpty() ? this : new Select(sources, losers, signal, seconds, blocks.get(0));
        }
    }

    /** Whom a run asks: another workflow, or an activity; also one with heartbeats, and one completed from outside. */
    enum Whom { PART, ERRAND, PATROL, PARCEL }

    /**
     * How it asks; {@code NAMED} by an id that may be taken, and then it joins; {@code QUEUED} one after the other,
     * {@code LIMITED} with limits besides.
     */
    enum Manner { CALL, GET, AWAIT, NAMED, QUEUED, LIMITED, CANCEL, LEAVE }

    /** Starts another run, and mostly waits for it. */
    record Ask(Whom whom, Manner manner, String name, int seconds) implements Op {
    }

    enum To { SELF, NOBODY }

    /** Sends a signal to a run. */
    record Tell(To to, String signal) implements Op {
    }

    record Emit(String event) implements Op {
    }

    /** Waits for an event. */
    record Learn(Patience patience, String event, int seconds) implements Op {
    }

    enum Patience { FOREVER, TIMED }

    /** Waits until the shared counter has come so far. */
    record Await(Patience patience, int atLeast, int seconds) implements Op {
    }

    record Count() implements Op {
    }

    enum Use { TRY_SEND, SEND, TRY_RECEIVE, RECEIVE, PEEK, CLOSE, RENEW }

    /** Does something with the shared channel. */
    record Pass(Use use) implements Op {
    }

    record SideEffect(String name) implements Op {
    }

    record Version(String change) implements Op {
    }

    enum Publishing { VALUE, NOTHING }

    record Publish(Publishing publishing, String name) implements Op {
    }

    /** Declares a query, perhaps a second time. */
    record Query(String name) implements Op {
    }

    enum Sight { NOW, RANDOM, UUID, INFO, REPLAYING }

    /** Looks at something that must look the same again. */
    record Look(Sight sight) implements Op {
    }

    enum Asking { PEEK, TIMED, FOREVER }

    /** Waits for the request to stop. */
    record Stop(Asking asking, int seconds) implements Op {
    }

    record Loop(int times, List<Op> body) implements Op {
        @Override
        public List<List<Op>> blocks() {
            return List.of(body);
        }

        @Override
        public Op with(List<List<Op>> blocks) {
            return new Loop(times, blocks.get(0));
        }
    }

    enum Shield { RUN, RESULT }

    record Shielded(Shield shield, List<Op> body) implements Op {
        @Override
        public List<List<Op>> blocks() {
            return List.of(body);
        }

        @Override
        public Op with(List<List<Op>> blocks) {
            return new Shielded(shield, blocks.get(0));
        }
    }

    enum Finish { WELL, BADLY }

    enum Undo { PLAIN, RETRIED, ONCE }

    /** A saga with a compensation for each op of its body, whose first failure ends it. */
    record Saga(Finish finish, Undo undo, List<Op> body) implements Op {
        @Override
        public List<List<Op>> blocks() {
            return List.of(body);
        }

        @Override
        public Op with(List<List<Op>> blocks) {
            return new Saga(finish, undo, blocks.get(0));
        }
    }

    /** Goes on as a new incarnation, twice at most; refused on a branch. */
    record Again() implements Op {
    }
}
