// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.Durations;
import dev.perdure.Signals;
import dev.perdure.TypeRef;
import dev.perdure.journal.Position;
import java.time.Duration;
import java.util.Optional;

/** The signals of one name, read as one type. */
final class LiveSignals<T> implements Signals<T>, Choice {

    private final LiveRun run;
    private final SignalBox box;
    private final TypeRef<T> type;

    LiveSignals(LiveRun run, SignalBox box, TypeRef<T> type) {
        this.run = run;
        this.box = box;
        this.type = type;
    }

    @Override
    public T receive() {
        Strand strand = run.enter("Signals.receive");
        strand.throwIfCancelled();
        run.sayAwaited(strand.nextPosition(), box.name(), Long.MAX_VALUE);
        box.line().enrol(strand);
        try {
            strand.await(() -> isReadyFor(strand), "signal", box.name(), Long.MAX_VALUE);
            return take(strand);
        } finally {
            box.leave(strand);
        }
    }

    @Override
    public Optional<T> receive(Duration timeout) {
        Strand strand = run.enter("Signals.receive");
        strand.throwIfCancelled();
        Duration most = Durations.notNegative("the timeout of receive", timeout);
        Position at = strand.nextPosition();
        long due = run.sayAwaited(at, box.name(), run.now() + Durations.ceilMillis(most));
        OpenTimer limit = run.open(new OpenTimer(strand, at, due));
        box.line().enrol(strand);
        try {
            strand.await(() -> isReadyFor(strand) || limit.hasFired(), "signal", box.name(), due);
            return isReadyFor(strand) ? Optional.of(take(strand)) : Optional.empty();
        } finally {
            box.leave(strand);
            run.close(limit);
        }
    }

    @Override
    public Optional<T> tryReceive() {
        Strand strand = run.enter("Signals.tryReceive");
        return isReadyFor(strand) ? Optional.of(take(strand)) : Optional.empty();
    }

    @Override
    public boolean isReady() {
        return isReadyFor(run.enter("Signals.isReady"));
    }

    @Override
    public boolean isReadyFor(Strand strand) {
        return box.unread() > box.line().before(strand);
    }

    @Override
    public T take(Strand strand) {
        return run.decode(box.take(), type, () -> "a signal '" + box.name() + "'");
    }

    @Override
    public Line line() {
        return box.line();
    }

    @Override
    public void lineMoved() {
        box.wake();
    }
}
