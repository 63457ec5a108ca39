// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.ceiling;

import dev.perdure.benchmarks.lab.BenchDirectory;
import dev.perdure.benchmarks.lab.Samples;
import dev.perdure.benchmarks.lab.StoreKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The raw speed of a store: rows of the same size, as durable, without an engine. Used by one thread. */
public interface Ceiling extends AutoCloseable {

    /** How many runs the rows belong to at a time, one after the other. */
    int RUNS = 1000;

    /** How many rows each of these has before another takes its place: as many as the journal of a measured run. */
    int ROWS_PER_RUN = 22;

    /**
     * Writes rows in one batch.
     *
     * @param rows how many; durable when this returns
     * @throws Exception if they could not be written
     */
    void append(int rows) throws Exception;

    @Override
    void close() throws Exception;

    /**
     * One way to write rows; makes ceilings that are empty.
     */
    interface Form {
        Ceiling begin() throws Exception;
    }

    /**
     * Tries all forms that there are for a store, and keeps the fastest.
     *
     * @param kind of store
     * @param place for the files
     * @param settings of the store
     * @param batch rows in a batch
     * @param time to try each
     * @return the fastest one
     */
    static Form fastest(StoreKind kind, BenchDirectory place, Map<String, String> settings, int batch, Duration time)
            throws Exception {
        List<Form> forms = switch (kind) {
            case MEMORY -> List.of(StoreCeiling::new);
            case SQLITE -> Stream.of(JdbcCeiling.Shape.values())
                    .<Form>map(shape -> () -> new JdbcCeiling(place, shape, settings)).toList();
            case POSTGRES -> Stream.of(PostgresCeiling.Way.values())
                    .<Form>map(way -> () -> new PostgresCeiling(place, way, settings)).toList();
        };
        Form best = forms.getFirst();
        double most = 0;
        for (Form form : forms) {
            try (Ceiling ceiling = form.begin()) {
                double speed = ceiling.rowsPerSecond(batch, time);
                if (speed > most) {
                    most = speed;
                    best = form;
                }
            }
        }
        return best;
    }

    /**
     * Writes batches for a while.
     *
     * @param batch rows in each
     * @param time for how long; the batch that is being written then is finished and counted
     * @return rows per second
     */
    default double rowsPerSecond(int batch, Duration time) throws Exception {
        long begun = System.nanoTime();
        long rows = 0;
        long now = begun;
        while (now - begun < time.toNanos()) {
            append(batch);
            rows += batch;
            now = System.nanoTime();
        }
        return rows * 1e9 / (now - begun);
    }

    /**
     * Writes one row at a time for a while.
     *
     * @param time for how long
     * @param micros takes how long each took, in microseconds
     */
    default void timeSingleRows(Duration time, Samples micros) throws Exception {
        long begun = System.nanoTime();
        long now = begun;
        while (now - begun < time.toNanos()) {
            long before = now;
            append(1);
            now = System.nanoTime();
            micros.add((now - before) / 1e3);
        }
    }
}
