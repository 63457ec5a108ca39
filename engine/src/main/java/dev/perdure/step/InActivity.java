// SPDX-License-Identifier: Apache-2.0
package dev.perdure.step;

import dev.perdure.ActivityContext;
import dev.perdure.CancelledException;
import dev.perdure.Durations;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.StepContext;
import dev.perdure.TypeRef;
import dev.perdure.world.Alarms;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One attempt of an activity, as its body sees it; also listens for its heartbeats as long as it lasts. */
public final class InActivity implements ActivityContext, AutoCloseable {

    /**
     * What an attempt is made of, beside what every step has.
     *
     * @param headers of the run
     * @param heartbeatTimeout how long it may be silent, or null
     * @param progress what earlier attempts have said
     * @param whenProgressed told what this one says
     * @param whenDeferred told that somebody else will say what it has come to; returns the token for that
     */
    public record Terms(Map<String, String> headers, @Nullable Duration heartbeatTimeout, Payload progress,
            Consumer<Payload> whenProgressed, Supplier<String> whenDeferred) {
    }

    private final StepContext step;
    private final Terms terms;
    private final Payloads payloads;
    private final Attempting.Surroundings around;
    private final Consumer<TimeoutException> whenSilent;
    private volatile Payload progress;
    private volatile long lastBeat;
    private volatile boolean over;
    private volatile Alarms.@Nullable Alarm alarm;

    /**
     * Begins to listen.
     *
     * @param step what every step knows
     * @param terms what an activity knows
     * @param payloads writes progress
     * @param around clocks
     * @param whenSilent told if there was no heartbeat for too long
     */
    public InActivity(StepContext step, Terms terms, Payloads payloads, Attempting.Surroundings around,
            Consumer<TimeoutException> whenSilent) {
        this.step = step;
        this.terms = terms;
        this.payloads = payloads;
        this.around = around;
        this.whenSilent = whenSilent;
        this.progress = terms.progress();
        this.lastBeat = around.world().currentMillis();
        listen();
    }

    private void listen() {
        if (terms.heartbeatTimeout() != null) {
            alarm = around.alarms().set(lastBeat + Durations.ceilMillis(terms.heartbeatTimeout()), this::check);
            if (over) {
                alarm.cancel();
            }
        }
    }

    private void check() {
        if (over) {
            return;
        }
        if (lastBeat + Durations.ceilMillis(terms.heartbeatTimeout()) > around.world().currentMillis()) {
            listen();
        } else {
            whenSilent.accept(new TimeoutException("attempt " + step.attempt() + " of activity '" + step.name()
                    + "' gave no heartbeat for " + terms.heartbeatTimeout()));
        }
    }

    @Override
    public void heartbeat(@Nullable Object said) {
        if (said != null) {
            progress = payloads.encode(said);
            terms.whenProgressed().accept(progress);
        }
        lastBeat = around.world().currentMillis();
        if (step.isCancelRequested()) {
            throw new CancelledException("activity '" + step.name() + "' was asked to stop");
        }
    }

    @Override
    public <T> Optional<T> progress(Class<T> type) {
        Payload last = progress;
        return last.isNone() ? Optional.empty() : Optional.ofNullable(payloads.decode(last, TypeRef.of(type)));
    }

    @Override
    public String completeLater() {
        return terms.whenDeferred().get();
    }

    @Override
    public Map<String, String> headers() {
        return terms.headers();
    }

    @Override
    public String idempotencyKey() {
        return step.idempotencyKey();
    }

    @Override
    public int attempt() {
        return step.attempt();
    }

    @Override
    public Instant firstScheduledAt() {
        return step.firstScheduledAt();
    }

    @Override
    public String runId() {
        return step.runId();
    }

    @Override
    public String name() {
        return step.name();
    }

    @Override
    public boolean isCancelRequested() {
        return step.isCancelRequested();
    }

    /** The attempt is over. */
    @Override
    public void close() {
        over = true;
        Alarms.Alarm set = alarm;
        if (set != null) {
            set.cancel();
        }
    }
}
