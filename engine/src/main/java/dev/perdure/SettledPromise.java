// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A promise that has its value from the start and belongs to no run. */
record SettledPromise<T>(@Nullable T value) implements Promise<T> {

    static @Nullable Combiner combinerOf(List<? extends Promise<?>> promises) {
        for (Promise<?> promise : promises) {
            if (promise.combiner() != null) {
                return promise.combiner();
            }
        }
        return null;
    }

    static <T> Promise<List<T>> listOf(List<? extends Promise<? extends T>> settled) {
        List<T> values = new ArrayList<>();
        settled.forEach(promise -> values.add(promise.get()));
        return new SettledPromise<>(values);
    }

    static <T> Promise<T> first(List<? extends Promise<? extends T>> promises, boolean failuresCount) {
        if (promises.isEmpty()) {
            throw new InvalidArgumentException("the first of no promises would never come. Give at least one");
        }
        Combiner combiner = combinerOf(promises);
        return combiner != null ? combiner.first(promises, failuresCount) : new SettledPromise<>(promises.get(0).get());
    }

    @Override
    public @Nullable T get() {
        return value;
    }

    @Override
    public boolean await(Duration timeout) {
        return true;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public boolean cancel() {
        return false;
    }

    @Override
    public @Nullable Combiner combiner() {
        return null;
    }
}
