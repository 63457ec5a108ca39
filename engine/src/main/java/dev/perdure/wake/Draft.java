// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.Payload;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.store.Attempt;
import dev.perdure.store.Fact;
import dev.perdure.store.RunState;
import dev.perdure.store.Write;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a run has come to since its last commit, on its way to being the next. */
final class Draft {

    Write.@Nullable Start creation;
    private final List<Unit> units = new ArrayList<>(2);
    private Set<Long> heard = Set.of();
    private Map<Position, Attempt> attempts = Map.of();
    private List<Position> answered = List.of();
    private Map<String, Payload> published = Map.of();
    private List<Write.Start> children = List.of();
    private Set<UUID> kept = Set.of();
    private List<Write.Told> told = List.of();
    private List<Write.Signalled> signals = List.of();
    private List<Fact> facts = List.of();
    private List<Write.Listening> listening = List.of();
    private List<Position> givenUp = List.of();
    private List<UUID> forgotten = List.of();
    private List<Consumer<Boolean>> whenKnown = List.of();

    boolean isEmpty() {
        return creation == null && units.isEmpty() && heard.isEmpty() && attempts.isEmpty()
                && forgotten.isEmpty();
    }

    boolean hasUnits() {
        return !units.isEmpty();
    }

    void add(Unit unit) {
        units.add(unit);
    }

    void heard(long message) {
        if (heard.isEmpty()) {
            heard = new LinkedHashSet<>();
        }
        heard.add(message);
    }

    boolean hasHeard(long message) {
        return heard.contains(message);
    }

    void progress(Attempt attempt) {
        if (attempts.isEmpty()) {
            attempts = new LinkedHashMap<>();
        }
        attempts.put(attempt.at(), attempt);
    }

    /** The step has its answer, so its attempts are history. */
    void answered(Position at) {
        answered = with(answered, at);
        if (!attempts.isEmpty()) {
            attempts.remove(at);
        }
    }

    void publish(Map<String, Payload> values) {
        if (!values.isEmpty()) {
            if (published.isEmpty()) {
                published = new LinkedHashMap<>();
            }
            published.putAll(values);
        }
    }

    /** A run that was started; it may be kept here from the beginning. */
    void start(Write.Start child, boolean keep) {
        children = with(children, child);
        if (keep) {
            if (kept.isEmpty()) {
                kept = new HashSet<>();
            }
            kept.add(child.run().incarnation());
        }
    }

    /** The end of an activity was heard, and nobody needs it any more. */
    void forget(UUID activity) {
        forgotten = with(forgotten, activity);
    }

    void tell(Write.Told message) {
        told = with(told, message);
    }

    void signal(Write.Signalled signal) {
        signals = with(signals, signal);
    }

    void emit(Fact fact) {
        facts = with(facts, fact);
    }

    void listen(Write.Listening wanted) {
        listening = with(listening, wanted);
    }

    void giveUp(Position at) {
        givenUp = with(givenUp, at);
    }

    private static <T> List<T> with(List<T> all, T next) {
        List<T> grown = all.isEmpty() ? new ArrayList<>(1) : all;
        grown.add(next);
        return grown;
    }

    /** Does something once all of this is durable (true), or its run has left memory without it (false). */
    void whenKnown(Consumer<Boolean> action) {
        whenKnown = with(whenKnown, action);
    }

    void isDurable(boolean durable) {
        whenKnown.forEach(action -> action.accept(durable));
    }

    private Write.Others others() {
        Write.Said said = signals.isEmpty() && facts.isEmpty() && listening.isEmpty() && givenUp.isEmpty()
                ? Write.Said.NOTHING : new Write.Said(signals, facts, listening, givenUp);
        return children.isEmpty() && told.isEmpty() && said.isEmpty() && forgotten.isEmpty()
                ? Write.Others.NONE : new Write.Others(children, kept, told, said, forgotten);
    }

    Write.Advance write(UUID node, UUID incarnation, @Nullable RunState state, Write.@Nullable Succession successor) {
        return new Write.Advance(node, incarnation, creation, units, heard.isEmpty() ? List.of() : List.copyOf(heard),
                state, attempts.isEmpty() ? List.of() : List.copyOf(attempts.values()), answered, published, successor,
                others());
    }
}
