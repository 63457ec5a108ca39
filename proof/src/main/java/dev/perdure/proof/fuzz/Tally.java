// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz;

import dev.perdure.journal.Event;
import dev.perdure.journal.Unit;
import dev.perdure.proof.fuzz.program.Census;
import dev.perdure.proof.fuzz.program.Program;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What has been done so far, on one thread. */
final class Tally {

    long programs;
    long crashes;
    long evictions;
    long events;
    long failedStarts;
    long failedSends;
    long replays;
    /** How many programs came to their end in the storm. */
    long ended;
    /** How many of those were put to it from outside. */
    long terminated;
    /** How often attempts have said how far they had come. */
    long heartbeats;
    /** What was completed from outside, by its token. */
    long completions;
    /** Of schedules. */
    long ticks;
    /** Events by their kind. */
    final Map<String, Long> kinds = new TreeMap<>();
    /** What the programs are made of, also what none has. */
    final Map<String, Long> operations = new TreeMap<>();
    /** What of it was played, but for replays. */
    final Map<String, Long> played = new TreeMap<>();

    Tally() {
        Census.operations().forEach(operation -> {
            operations.put(operation, 0L);
            played.put(operation, 0L);
        });
    }

    void count(Program program) {
        programs++;
        Census.count(program, operations);
    }

    void count(List<Unit> journal) {
        for (Unit unit : journal) {
            count(unit.arrival());
            unit.commands().forEach(this::count);
        }
    }

    private void count(Event event) {
        events++;
        kinds.merge(event.wireName(), 1L, Long::sum);
    }

    void add(Tally other) {
        programs += other.programs;
        crashes += other.crashes;
        evictions += other.evictions;
        events += other.events;
        failedStarts += other.failedStarts;
        failedSends += other.failedSends;
        replays += other.replays;
        ended += other.ended;
        terminated += other.terminated;
        heartbeats += other.heartbeats;
        completions += other.completions;
        ticks += other.ticks;
        other.kinds.forEach((kind, count) -> kinds.merge(kind, count, Long::sum));
        other.operations.forEach((operation, count) -> operations.merge(operation, count, Long::sum));
        other.played.forEach((operation, count) -> played.merge(operation, count, Long::sum));
    }
}
