// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.Durations;
import dev.perdure.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A promise inside a live run: settled once, then it wakes who waits for it. */
class LivePromise<T> implements Promise<T>, Choice {

    private final LiveRun run;
    private final String kind;
    private final String name;
    private final Line waiters = new Line();
    private List<Combination<?>> combinations = List.of();
    private boolean settled;
    private @Nullable T value;
    private @Nullable Throwable failure;

    LivePromise(LiveRun run, String kind, String name) {
        this.run = run;
        this.kind = kind;
        this.name = name;
    }

    final LiveRun run() {
        return run;
    }

    void complete(@Nullable T result) {
        settle(result, null);
    }

    void fail(Throwable thrown) {
        settle(null, thrown);
    }

    final void settle(@Nullable T result, @Nullable Throwable thrown) {
        if (!settled) {
            settled = true;
            value = result;
            failure = thrown;
            waiters.wakeAll();
            combinations.forEach(each -> each.heard(this));
        }
    }

    void joins(Combination<?> combination) {
        if (combinations.isEmpty()) {
            combinations = new ArrayList<>(1);
        }
        combinations.add(combination);
    }

    final @Nullable Throwable failure() {
        return failure;
    }

    final @Nullable T value() {
        return value;
    }

    long due() {
        return Long.MAX_VALUE;
    }

    @Override
    public @Nullable T get() {
        Strand strand = run.enter("Promise.get");
        waiters.enrol(strand);
        try {
            strand.await(() -> settled, kind, name, due());
        } finally {
            waiters.leave(strand);
        }
        return outcome();
    }

    private @Nullable T outcome() {
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw new CompletionException(failure);
        }
        return value;
    }

    @Override
    public boolean await(Duration timeout) {
        Strand strand = run.enter("Promise.await");
        OpenTimer limit = run.openTimer(strand, "promise", Durations.notNegative("the timeout of Promise.await",
                timeout));
        waiters.enrol(strand);
        try {
            strand.await(() -> settled || limit.hasFired(), kind, name, limit.due());
        } finally {
            waiters.leave(strand);
            run.close(limit);
        }
        return settled;
    }

    @Override
    public boolean isReady() {
        return settled;
    }

    @Override
    public boolean cancel() {
        return false;
    }

    @Override
    public Combiner combiner() {
        return run.combiner();
    }

    // ---- as a branch of a select ----

    @Override
    public boolean isReadyFor(Strand strand) {
        return settled;
    }

    @Override
    public @Nullable Object take(Strand strand) {
        return null;
    }

    @Override
    public Line line() {
        return waiters;
    }
}
