// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.StepContext;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the steps of one run have done to the world, and whether they were allowed to. */
final class Ledger {

    /** One call of a step, and how often it was carried out. */
    private record Effect(String key, int attempt, int life) {
    }

    private final Set<Effect> effects = new HashSet<>();
    private final Map<String, Integer> made = new HashMap<>();
    private final Map<String, String> keys = new HashMap<>();
    private final Map<String, Set<String>> said = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private int life;

    /** Another engine takes over; if what was durable got lost, nobody can know what was done. */
    void nextLife(boolean forgetful) {
        life++;
        if (forgetful) {
            keys.clear();
            made.clear();
        }
    }

    /**
     * The body of a step begins: this is its effect.
     *
     * @param journal what is durable of the incarnation
     */
    void effect(StepContext step, String site, boolean once, List<Unit> journal) {
        String key = step.idempotencyKey();
        String incarnation = incarnation(key);
        attempt(step);
        int times = made.merge(key, 1, Integer::sum);
        if (once && times > 1) {
            violations.add("at-most-once step " + key + " was carried out " + times + " times");
        }
        String before = keys.putIfAbsent(incarnation + site, key);
        if (before != null && !before.equals(key)) {
            violations.add("the call at " + site + " had the key " + before + " and now has " + key);
        }
        String[] parts = key.split("/");
        int nth = Integer.parseInt(parts[parts.length - 1]);
        if (answers(journal, fiber(key), step.name()) >= nth) {
            violations.add(key + " was carried out although its answer is durable");
        }
    }

    /** An attempt of a step or of an activity begins. */
    void attempt(StepContext step) {
        if (!effects.add(new Effect(step.idempotencyKey(), step.attempt(), life))) {
            violations.add("attempt " + step.attempt() + " of " + step.idempotencyKey()
                    + " was made twice without a crash in between");
        }
    }

    private static String incarnation(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    /** The path of the fiber that a key names. */
    static String fiber(String key) {
        String rest = key.substring(key.indexOf('/') + 1);
        int beforeNth = rest.lastIndexOf('/');
        return rest.substring(0, rest.lastIndexOf('/', beforeNth - 1));
    }

    private static long answers(List<Unit> journal, String fiber, String name) {
        return journal.stream().filter(unit -> unit.arrival() instanceof Arrival.Answer answer
                && answer.wireName().startsWith("step_")
                && answer.at().fiber().equals(fiber) && answer.name().equals(name)).count();
    }

    /** Every completed step of a journal must have been carried out. */
    void check(String incarnation, List<Unit> journal) {
        Map<String, Integer> answered = new HashMap<>();
        for (Unit unit : journal) {
            if (unit.arrival() instanceof Arrival.StepCompleted step) {
                answered.merge(incarnation + "/" + step.at().fiber() + "/" + step.name() + "/", 1, Integer::sum);
            }
        }
        answered.forEach((prefix, count) -> {
            long carriedOut = effects.stream().map(Effect::key).distinct()
                    .filter(key -> key.startsWith(prefix)).count();
            if (carriedOut < count) {
                violations.add(count + " answers of " + prefix + " are durable, but it was carried out for "
                        + carriedOut + " of them only");
            }
        });
    }

    /** An attempt of an activity says how far it has come. */
    void says(StepContext activity, String progress) {
        said.computeIfAbsent(activity.idempotencyKey(), key -> new HashSet<>()).add(progress);
    }

    /** An attempt of an activity reads how far another had come. */
    void reads(StepContext activity, Optional<String> progress) {
        if (progress.isPresent() && !said.getOrDefault(activity.idempotencyKey(), Set.of()).contains(progress.get())) {
            violations.add("attempt " + activity.attempt() + " of " + activity.idempotencyKey() + " was told '"
                    + progress.get() + "', which none has said");
        }
    }

    void violation(String what) {
        violations.add(what);
    }

    List<String> violations() {
        return violations;
    }
}
