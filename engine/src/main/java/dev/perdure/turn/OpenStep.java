// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.StepBody;
import dev.perdure.StepContext;
import dev.perdure.StepSpec;
import dev.perdure.TransactionBody;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Position;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A step that the code has asked for and that has no answer yet. Whoever carries it out reads what to do here.
 *
 * <p>Immutable but for the answer, which only the turn sets, and {@link #isWithdrawn}, which anybody may read.
 */
public final class OpenStep {

    /**
     * Says that a step is to be carried out in a transaction of the store's.
     *
     * @param body what to do there
     * @param <T> the type of its result
     */
    public record InTransaction<T>(TransactionBody<T> body) implements StepBody<T> {

        @Override
        public T run(StepContext step) {
            throw new IllegalStateException("'" + step.name() + "' can be carried out in a transaction only");
        }
    }

    private final Position at;
    private final StepSpec<?> spec;
    private final StepBody<?> body;
    private final int nth;
    private final long askedSeq;
    private final long askedAt;
    private final boolean replayed;
    private final Strand strand;
    private Arrival.@Nullable Answer answer;
    private volatile boolean withdrawn;

    OpenStep(Strand strand, StepSpec<?> spec, StepBody<?> body, LiveRun run) {
        this.strand = strand;
        this.at = strand.nextPosition();
        this.spec = spec;
        this.body = body;
        this.nth = strand.use(spec.name());
        this.askedSeq = run.turnSeq();
        this.askedAt = run.now();
        this.replayed = run.isReplaying();
    }

    /**
     * Its identity.
     *
     * @return the position that the answer must name
     */
    public Position at() {
        return at;
    }

    /**
     * Its name, type and options.
     *
     * @return as the code gave them
     */
    public StepSpec<?> spec() {
        return spec;
    }

    /**
     * What to do.
     *
     * @return as the code gave it
     */
    public StepBody<?> body() {
        return body;
    }

    /**
     * The text by which the other side recognises a repeated request: the same over attempts, crashes and redrives, and
     * never that of another name. Not made of the position's index, so that a step inserted before this one leaves it
     * as it is.
     *
     * @param incarnation of the run
     * @return the key
     */
    public String idempotencyKey(UUID incarnation) {
        return incarnation + "/" + at.fiber() + "/" + spec.name() + "/" + nth;
    }

    /**
     * The first entry of the turn in which it was asked for: it may start once that turn is durable.
     *
     * @return a sequence number
     */
    public long askedSeq() {
        return askedSeq;
    }

    /**
     * When it was asked for.
     *
     * @return logical time, in milliseconds since 1970
     */
    public long askedAt() {
        return askedAt;
    }

    /**
     * Whether it was asked for in a replayed turn, so that an earlier life of the run may have begun it.
     *
     * @return false if this life of the run asked first
     */
    public boolean isReplayed() {
        return replayed;
    }

    /**
     * Whether the code no longer wants it: do not start it, do not try again, but let a running attempt end.
     *
     * @return true once cancelled
     */
    public boolean isWithdrawn() {
        return withdrawn;
    }

    void withdraw() {
        withdrawn = true;
    }

    Arrival.@Nullable Answer answer() {
        return answer;
    }

    void answer(Arrival.Answer heard) {
        answer = heard;
        strand.wake();
    }
}
