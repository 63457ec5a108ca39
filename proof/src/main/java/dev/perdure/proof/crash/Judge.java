// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares what happened in several lives with what happens in one. What it knows comes from the effects' own file,
 * from a table of the user's and from what the store had at each kill, and not from what the engine says.
 */
final class Judge {

    private final Map<String, String> outcomes;
    private final Set<String> effects;
    private final List<String> deeds;

    /**
     * One who knows how it must be.
     *
     * @param peaceful a life without a kill
     * @param effects what happened in it
     */
    Judge(ChildProcess.Told peaceful, List<Effects.Line> effects) {
        this.outcomes = peaceful.outcomes;
        this.deeds = peaceful.deeds;
        this.effects = effects.stream().map(Effects.Line::effect)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Judges.
     *
     * @param lives all lives of one database; the last one was not killed
     * @param happened all effects
     * @return what does not hold; empty if all is well
     */
    List<String> judge(List<ChildProcess.Told> lives, List<Effects.Line> happened) {
        List<String> wrong = new ArrayList<>();
        Set<String> unknown = compareOutcomes(lives, happened, wrong);
        compareDeeds(lives.getLast().deeds, wrong);
        Map<String, List<Effects.Line>> byEffect = new LinkedHashMap<>();
        happened.forEach(line -> byEffect.computeIfAbsent(line.effect(), key -> new ArrayList<>()).add(line));
        for (String effect : effects) {
            if (!byEffect.containsKey(effect) && !(isAtMostOnce(effect) && unknown.contains(runOf(effect)))) {
                wrong.add("never happened: " + effect);
            }
        }
        byEffect.forEach((effect, times) -> {
            if (!effects.contains(effect)) {
                wrong.add("must not happen: " + effect);
            }
            if (isAtMostOnce(effect) && times.size() > 1) {
                wrong.add("at most once, but " + times.size() + " times: " + effect);
            }
            for (int i = 1; i < times.size(); i++) {
                compareRepeats(times.get(i - 1), times.get(i), lives, wrong);
            }
        });
        return wrong;
    }

    /** What a transaction does stands there once, whatever befell it, and nothing that was rolled back does. */
    private void compareDeeds(List<String> found, List<String> wrong) {
        Set<String> known = new LinkedHashSet<>(deeds);
        known.addAll(found);
        for (String deed : known) {
            int times = Collections.frequency(found, deed);
            if (times != Collections.frequency(deeds, deed)) {
                wrong.add("exactly once, but " + times + " times: " + deed);
            }
        }
    }

    /** Returns the runs that were told of an unknown outcome, with good reason. */
    private Set<String> compareOutcomes(List<ChildProcess.Told> lives, List<Effects.Line> happened,
            List<String> wrong) {
        Map<String, String> found = lives.getLast().outcomes;
        Map<String, String> runs = new HashMap<>();
        happened.forEach(line -> runs.put(line.incarnation(), line.run()));
        Set<String> cutOff = lives.stream().flatMap(life -> life.facts.stream()
                .filter(fact -> fact.startsWith(Facts.SCHEDULED))
                .map(fact -> fact.substring(Facts.SCHEDULED.length()))
                .filter(key -> !life.facts.contains(Facts.ANSWERED + key)))
                .map(key -> runs.getOrDefault(key.substring(0, key.indexOf('/')), ""))
                .collect(Collectors.toSet());
        Set<String> unknown = new LinkedHashSet<>();
        outcomes.forEach((run, expected) -> {
            String outcome = found.getOrDefault(run, "was never heard of");
            boolean isUnknown = outcome.contains(Program.UNKNOWN);
            if (!outcome.replace(Program.UNKNOWN, Program.DONE).equals(expected)) {
                wrong.add("run '" + run + "' ends with \"" + outcome + "\" instead of \"" + expected + "\"");
            } else if (isUnknown && !cutOff.contains(run)) {
                wrong.add("run '" + run + "' was told that an outcome is unknown, but no kill cut that step off");
            } else if (isUnknown) {
                unknown.add(run);
            }
        });
        return unknown;
    }

    /** An effect that happened, and then again. */
    private static void compareRepeats(Effects.Line first, Effects.Line again, List<ChildProcess.Told> lives,
            List<String> wrong) {
        String where = first.effect() + " in lives " + first.life() + " and " + again.life();
        if (first.life() == again.life()) {
            wrong.add("twice without a kill between: " + where);
        } else {
            // The facts of a life are those that the kill before it left.
            Set<String> left = lives.get(first.life()).facts;
            if (left.contains(Facts.ANSWERED + first.key())
                    || left.contains(Facts.failed(first.key(), first.attempt()))) {
                wrong.add("again although its entry was durable: " + where);
            }
        }
        if (!first.key().equals(again.key())) {
            wrong.add("again with another idempotency key: " + where + ", " + first.key() + " and " + again.key());
        } else if (!first.content().equals(again.content())) {
            wrong.add("again with another content: " + where + ", " + first.content() + " and " + again.content());
        }
    }

    private static boolean isAtMostOnce(String effect) {
        return effect.contains("/" + Program.AT_MOST_ONCE + "/");
    }

    private static String runOf(String effect) {
        return effect.substring(0, effect.indexOf('/'));
    }
}
