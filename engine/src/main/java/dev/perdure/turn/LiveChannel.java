// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.Channel;
import dev.perdure.ContextMisuseException;
import dev.perdure.InvalidArgumentException;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A channel inside a live run: a buffer, senders that wait for room, receivers that wait for values. */
final class LiveChannel<T> implements Channel<T>, Choice {

    /** A sender that waits with its value. */
    private static final class Offer<T> {
        final Strand sender;
        final T value;
        boolean taken;

        Offer(Strand sender, T value) {
            this.sender = sender;
            this.value = value;
        }
    }

    private final LiveRun run;
    private final int capacity;
    private final ArrayDeque<T> buffer = new ArrayDeque<>();
    private final ArrayDeque<Offer<T>> offers = new ArrayDeque<>();
    private final Line receivers = new Line();
    private boolean closed;

    LiveChannel(LiveRun run, int capacity) {
        if (capacity < 0) {
            throw new InvalidArgumentException("the capacity of a channel is " + capacity + ", but must be zero or "
                    + "more");
        }
        this.run = run;
        this.capacity = capacity;
    }

    @Override
    public void send(T value) {
        Strand strand = run.enter("Channel.send");
        strand.throwIfCancelled();
        // Without a buffer the sender waits in any case: a receiver in a select may still choose another branch.
        if (capacity > 0 && trySend(value)) {
            return;
        }
        checkSendable(value);
        Offer<T> offer = new Offer<>(strand, value);
        offers.add(offer);
        receivers.wake(available());
        try {
            strand.await(() -> offer.taken || closed, "channel", "send", Long.MAX_VALUE);
        } finally {
            offers.remove(offer);
        }
        if (!offer.taken) {
            throw closed("was closed while a value waited to be sent");
        }
    }

    @Override
    public boolean trySend(T value) {
        run.enter("Channel.trySend");
        checkSendable(value);
        // A hand-over needs a receiver that nobody before it has a value for.
        if (buffer.size() < capacity || capacity == 0 && offers.isEmpty() && receivers.size() > buffer.size()) {
            buffer.add(value);
            receivers.wake(available());
            return true;
        }
        return false;
    }

    private void checkSendable(@Nullable T value) {
        if (value == null) {
            throw new InvalidArgumentException("null cannot be sent over a channel: it cannot be told from no value");
        }
        if (closed) {
            throw closed("is closed and takes no more values");
        }
    }

    private static ContextMisuseException closed(String what) {
        return new ContextMisuseException("the channel " + what + ". Close a channel only after its last send");
    }

    @Override
    public Optional<T> receive() {
        Strand strand = run.enter("Channel.receive");
        receivers.enrol(strand);
        try {
            strand.await(() -> isReadyFor(strand), "channel", "receive", Long.MAX_VALUE);
            return Optional.ofNullable(take(strand));
        } finally {
            receivers.leave(strand);
            lineMoved();
        }
    }

    @Override
    public Optional<T> tryReceive() {
        Strand strand = run.enter("Channel.tryReceive");
        return isReadyFor(strand) ? Optional.ofNullable(take(strand)) : Optional.empty();
    }

    @Override
    public void close() {
        run.enter("Channel.close");
        closed = true;
        receivers.wakeAll();
        offers.forEach(offer -> offer.sender.wake());
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isReady() {
        return isReadyFor(run.enter("Channel.isReady"));
    }

    @Override
    public boolean isReadyFor(Strand strand) {
        return available() > receivers.before(strand) || closed;
    }

    private int available() {
        return buffer.size() + (closed ? 0 : offers.size());
    }

    @Override
    public @Nullable T take(Strand strand) {
        T value = buffer.poll();
        Offer<T> offer = closed ? null : offers.poll();
        if (offer != null) {
            offer.taken = true;
            offer.sender.wake();
            if (value == null) {
                return offer.value;
            }
            buffer.add(offer.value);
        }
        return value;
    }

    @Override
    public Line line() {
        return receivers;
    }

    @Override
    public void lineMoved() {
        receivers.wake(available());
    }
}
