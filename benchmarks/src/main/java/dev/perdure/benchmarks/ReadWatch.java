// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.benchmarks.lab.BrokenMeasurementException;
import dev.perdure.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/**
 * Stands between an engine and its store and notes when the engine begins to read a run back: its launch or its
 * journal, whichever it asks for first. Everything is passed on as it is.
 */
final class ReadWatch {

    private static final Set<String> READING_BACK = Set.of("launch", "journal");
    private static final long NOT_YET = Long.MIN_VALUE;

    private final Store watched;
    private volatile long firstRead = NOT_YET;

    ReadWatch(Store store) {
        watched = (Store) Proxy.newProxyInstance(ReadWatch.class.getClassLoader(), new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                    if (READING_BACK.contains(method.getName()) && firstRead == NOT_YET) {
                        firstRead = System.nanoTime();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /**
     * What to give to the engine.
     *
     * @return the store, watched
     */
    Store store() {
        return watched;
    }

    void forget() {
        firstRead = NOT_YET;
    }

    /**
     * When something was first read back since it was last forgotten.
     *
     * @return as {@link System#nanoTime} says it
     */
    long firstRead() {
        if (firstRead == NOT_YET) {
            throw new BrokenMeasurementException("nothing was read from the store, so nothing was replayed");
        }
        return firstRead;
    }
}
