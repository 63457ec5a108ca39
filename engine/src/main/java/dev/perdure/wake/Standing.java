// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.CancelRequest;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunRow;
import dev.perdure.store.RunState;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import dev.perdure.turn.LiveRun;
import dev.perdure.turn.Report;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the rows that say where a run stands, and what comes after it. */
final class Standing {

    private static final Logger LOG = LoggerFactory.getLogger(Standing.class);

    private Standing() {
    }

    static RunState running(long at) {
        return new RunState(RunStatus.RUNNING, Long.MAX_VALUE, "", "", 0, false, at);
    }

    static RunState suspended(long wakeAt, String waiting, boolean release, long at) {
        return new RunState(RunStatus.SUSPENDED, wakeAt, waiting, "", 0, release, at);
    }

    /** Tells the log that a journal has just become long. */
    static void warnOfLength(RunRow row, long before, long entries, Settings settings) {
        if (before < settings.journalWarning() && entries >= settings.journalWarning()) {
            LOG.warn("the journal of run '{}' has {} entries and will be stuck at {}: use ctx.continueAsNew(…) in "
                    + "loops without end", row.runId(), entries, settings.journalLimit());
        }
    }

    /** Tells the log that a run leaves memory, and why. */
    static void warnOfFailure(RunRow row, Throwable failure) {
        if (failure instanceof StoreException) {
            LOG.warn("run '{}' cannot be read just now and is tried again: {}", row.runId(), failure.getMessage());
        } else {
            LOG.error("run '{}' is taken out of memory because of a failure inside the engine, and tried again",
                    row.runId(), failure);
        }
    }

    /** Tells the log that a run is somebody else's. */
    static void warnOfLoss(RunRow row, Outcome outcome) {
        LOG.warn("this node no longer owns run '{}': the store answered {}", row.runId(), outcome.kind());
    }

    /** Tells the log that a run has ended elsewhere before it could be read here, and is forgotten. */
    static void warnOfEnd(RunRow row) {
        LOG.warn("run '{}' was taken over and has ended before this node could read it", row.runId());
    }

    /** Tells the log that a run has to say again what it has said. */
    static void warnOfUnwritten(RunRow row, StoreException cause) {
        LOG.warn("run '{}' leaves memory with its last commit unwritten: {}", row.runId(), cause.getMessage());
    }

    /** What is wrong with a run, or null. */
    static @Nullable Report trouble(LiveRun live, long limit) {
        return live.stuck() == null && live.end() == null && live.lastSeq() >= limit
                ? Report.journalTooLong(live.lastSeq(), limit) : live.stuck();
    }

    static RunState stuck(String report, long at) {
        return new RunState(RunStatus.STUCK, Long.MAX_VALUE, "", report, 0, true, at);
    }

    static String crashLoop(int recoveries) {
        return "Its node has ended " + recoveries + " times in a row while this run was moving, so it may be what ends "
                + "them (crash loop). Look at the nodes' logs, mend the cause, then redrive the run.";
    }

    static String refused(StoreException cause) {
        return "The store refused what the run wanted to write: " + cause.getMessage()
                + " Mend the cause, then redrive the run.";
    }

    static String cannotTransact(String step, Store store) {
        return "It asks for transaction '" + step + "', but a " + store.getClass().getSimpleName() + " has no SQL "
                + "database in which your tables could be. Nothing was done. Run it on a PostgresStore, a SqliteStore "
                + "or another SqlStore.";
    }

    static String answerIsGone(String step) {
        return "Transaction '" + step + "' has landed, but its answer is in neither journal nor inbox. Another version "
                + "of the code has heard it, and did not ask for it. Give the transaction another name if it is to be "
                + "done again, then redrive the run.";
    }

    static RunState terminated(String reason, int unread, long at) {
        return new RunState(RunStatus.TERMINATED, Long.MAX_VALUE, "", reason, unread, true, at);
    }

    static RunState finished(Command end, int unread, long at) {
        RunStatus status = switch (end) {
            case Command.RunCompleted completed -> RunStatus.COMPLETED;
            case Command.RunFailed failed -> RunStatus.FAILED;
            case Command.RunCancelled cancelled -> RunStatus.CANCELLED;
            case Command.RunContinued continued -> RunStatus.CONTINUED;
            default -> throw new IllegalStateException("a run cannot end with " + end);
        };
        // What was not received goes along to a successor, and is lost to nobody.
        return new RunState(status, Long.MAX_VALUE, "", "", status == RunStatus.CONTINUED ? 0 : unread, true, at);
    }

    /**
     * The next incarnation of a run, with the signals that this one has heard and nobody has received, and with the
     * request to stop that it has heard and outlived; null if it does not continue as new.
     */
    static Write.@Nullable Succession succession(RunRow row, @Nullable NewRun launch, @Nullable LiveRun live,
            @Nullable RunState state) {
        if (state == null || state.status() != RunStatus.CONTINUED
                || !(live.end() instanceof Command.RunContinued continued)) {
            return null;
        }
        long now = live.now();
        List<NewMessage> carried = new ArrayList<>();
        CancelRequest asked = live.cancelRequest();
        if (asked != null) {
            carried.add(new NewMessage(continued.next() + "/cancel", NewMessage.Kind.CANCEL, asked.reason(),
                    Payload.NONE,
                    asked.by(), now));
        }
        for (Arrival.SignalReceived signal : live.unread()) {
            carried.add(new NewMessage(signal.messageId(), NewMessage.Kind.SIGNAL, signal.name(), signal.value(), "",
                    now));
        }
        return new Write.Succession(new NewRun(row.runId(), continued.next(), row.chain(), row.workflow(),
                continued.input(), launch.headers(), launch.attributes(), now, now, row.incarnation(), launch.parent(),
                launch.ticket()), carried);
    }
}
