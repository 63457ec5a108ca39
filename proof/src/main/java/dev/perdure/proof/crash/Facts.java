// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import dev.perdure.proof.crash.place.Place;
import dev.perdure.store.Attempt;
import dev.perdure.store.Store;
import dev.perdure.store.Write;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What is durable about steps: words that say so with the idempotency key of the step.
 *
 * <p>In {@link Program} no fiber uses the name of a step twice, so each key of a step ends with 1; that of an activity
 * is its incarnation and its name.
 */
final class Facts {

    static final String ANSWERED = "answered ";
    static final String SCHEDULED = "scheduled ";
    static final String FAILED = "failed ";

    private Facts() {
    }

    /** What the lives before this one have left. */
    static Set<String> read(Place place, int life) throws IOException {
        Set<String> incarnations = Effects.readAll(place.directory()).stream().map(Effects.Line::incarnation)
                .collect(Collectors.toCollection(TreeSet::new));
        if (incarnations.isEmpty()) {
            return Set.of();
        }
        Set<String> facts = new TreeSet<>();
        try (Store store = place.look(life)) {
            for (String incarnation : incarnations) {
                UUID id = UUID.fromString(incarnation);
                facts.addAll(of(id, store.journal(id, 0, Integer.MAX_VALUE), store.attempts(id)));
            }
        }
        return facts;
    }

    static List<String> of(Write.Advance advance) {
        return of(advance.incarnation(), advance.units(), advance.attempts());
    }

    private static List<String> of(UUID incarnation, List<Unit> units, List<Attempt> attempts) {
        List<String> facts = new ArrayList<>();
        Map<Position, UUID> children = new HashMap<>();
        for (Unit unit : units) {
            if (unit.arrival() instanceof Arrival.Answer answer && !answer.name().isEmpty()) {
                UUID child = children.get(answer.at());
                facts.add(ANSWERED + (child == null ? key(incarnation, answer.at(), answer.name())
                        : child + "/" + answer.name()));
            }
            for (Command command : unit.commands()) {
                if (command instanceof Command.ChildStarted started) {
                    children.put(started.at(), started.child());
                }
                if (command instanceof Command.StepScheduled scheduled) {
                    facts.add(SCHEDULED + key(incarnation, scheduled.at(), scheduled.name()));
                }
            }
        }
        for (Attempt attempt : attempts) {
            for (int made = 1; made <= attempt.made(); made++) {
                facts.add(failed(key(incarnation, attempt.at(), attempt.step()), made));
            }
        }
        return facts;
    }

    /** The words for an attempt that failed. */
    static String failed(String key, int attempt) {
        return FAILED + key + " " + attempt;
    }

    private static String key(UUID incarnation, Position at, String step) {
        return at.equals(Attempt.WHOLE_RUN) ? incarnation + "/" + step
                : incarnation + "/" + at.fiber() + "/" + step + "/1";
    }
}
