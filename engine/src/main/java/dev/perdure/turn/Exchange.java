// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.Payload;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a run says to others by name, and what it asks of them. Asked by the driver between turns.
 *
 * <p>Invariant: what is handed out by the {@code take} methods was said in a turn that nobody had taken before.
 */
public final class Exchange {

    /**
     * A signal on its way to another run.
     *
     * @param sent what the journal says of it
     * @param value its value
     */
    public record Sending(Command.SignalSent sent, Payload value) {
    }

    /**
     * A fact on its way to be known.
     *
     * @param emitted what the journal says of it
     * @param value its value
     */
    public record Emitting(Command.FactEmitted emitted, Payload value) {
    }

    /** Something that was asked at a position, and its answer once there is one. */
    static final class Inquiry {
        private final Strand strand;
        private final String kind;
        private final String name;
        private Arrival.@Nullable Answer answer;

        private Inquiry(Strand strand, String kind, String name) {
            this.strand = strand;
            this.kind = kind;
            this.name = name;
        }
    }

    private static final String SIGNAL = "signal to another run";
    private static final String EVENT = "event";

    private final Map<Position, Inquiry> open = new LinkedHashMap<>(0);
    private List<Sending> sent = List.of();
    private List<Emitting> emitted = List.of();
    private List<Command.FactAwaited> awaited = List.of();
    private List<Position> givenUp = List.of();

    Exchange() {
    }

    // ---- for the code ----

    /**
     * Sends a signal and waits until it is known what has become of it. A request to stop does not cut that off: the
     * signal is on its way, and the answer comes with it.
     */
    Arrival.Answer send(LiveRun run, Strand strand, Command.SignalSent wanted, Payload value) {
        Command.SignalSent said = (Command.SignalSent) run.say(wanted);
        if (!run.isReplaying()) {
            sent = with(sent, new Sending(said, value));
        }
        Inquiry inquiry = new Inquiry(strand, SIGNAL, said.name());
        open.put(said.at(), inquiry);
        strand.outwait(() -> inquiry.answer != null, "signal to", said.runId());
        return inquiry.answer;
    }

    void emit(LiveRun run, Command.FactEmitted wanted, Payload value) {
        Command.FactEmitted said = (Command.FactEmitted) run.say(wanted);
        if (!run.isReplaying()) {
            emitted = with(emitted, new Emitting(said, value));
        }
    }

    /** Waits for a fact; null if the time to wait for it is over. */
    @Nullable Payload await(LiveRun run, Strand strand, Command.FactAwaited wanted) {
        Command.FactAwaited said = (Command.FactAwaited) run.say(wanted);
        if (!run.isReplaying()) {
            awaited = with(awaited, said);
        }
        OpenTimer limit = said.due() == Long.MAX_VALUE ? null : run.open(new OpenTimer(strand, said.at(), said.due()));
        Inquiry inquiry = new Inquiry(strand, EVENT, said.name());
        open.put(said.at(), inquiry);
        try {
            strand.await(() -> inquiry.answer != null || limit != null && limit.hasFired(), EVENT, said.name(),
                    said.due());
            return inquiry.answer instanceof Arrival.FactLearned learned ? learned.value() : null;
        } finally {
            if (limit != null) {
                run.close(limit);
            }
            if (open.remove(said.at(), inquiry) && !run.isReplaying()) {
                givenUp = with(givenUp, said.at());
            }
        }
    }

    private static <T> List<T> with(List<T> all, T next) {
        List<T> grown = all.isEmpty() ? new ArrayList<>(1) : all;
        grown.add(next);
        return grown;
    }

    // ---- answers ----

    boolean isOpen(Position at) {
        return open.containsKey(at);
    }

    void answer(Arrival.Answer answer) {
        Inquiry inquiry = open.remove(answer.at());
        inquiry.answer = answer;
        inquiry.strand.wake();
    }

    /** What waits for an answer, in words; null if nothing does. */
    @Nullable String awaitedAt(Position at) {
        Inquiry inquiry = open.get(at);
        return inquiry == null ? null : inquiry.kind + " '" + inquiry.name + "'";
    }

    /**
     * The name that was asked with.
     *
     * @param at where
     * @return of the signal or of the fact; null if nothing is open there
     */
    public @Nullable String nameAt(Position at) {
        Inquiry inquiry = open.get(at);
        return inquiry == null ? null : inquiry.name;
    }

    // ---- for the driver ----

    /**
     * Whether a signal has been sent of which it is not known what has become. Its answer is in the inbox as soon as
     * the sending is durable.
     *
     * @return true if the run is about to hear something
     */
    public boolean isSending() {
        return open.values().stream().anyMatch(inquiry -> inquiry.kind.equals(SIGNAL));
    }

    /**
     * The facts that the code waits for.
     *
     * @return their names; not changed later
     */
    public Set<String> awaitedFacts() {
        return open.isEmpty() ? Set.of() : open.values().stream().filter(inquiry -> inquiry.kind.equals(EVENT))
                .map(inquiry -> inquiry.name).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The signals sent since the last call.
     *
     * @return in the order in which they were sent
     */
    public List<Sending> takeSent() {
        List<Sending> taken = sent;
        sent = List.of();
        return taken;
    }

    /**
     * The facts that were made known since the last call.
     *
     * @return in the order in which they were
     */
    public List<Emitting> takeEmitted() {
        List<Emitting> taken = emitted;
        emitted = List.of();
        return taken;
    }

    /**
     * The facts that the code has begun to wait for since the last call.
     *
     * @return in the order in which it has
     */
    public List<Command.FactAwaited> takeAwaited() {
        List<Command.FactAwaited> taken = awaited;
        awaited = List.of();
        return taken;
    }

    /**
     * Where the code has stopped waiting for a fact since the last call, without having learned it.
     *
     * @return each once
     */
    public List<Position> takeGivenUp() {
        List<Position> taken = givenUp;
        givenUp = List.of();
        return taken;
    }
}
