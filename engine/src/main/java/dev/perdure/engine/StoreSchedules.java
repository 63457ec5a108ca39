// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

import dev.perdure.CodecException;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Names;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.Schedule;
import dev.perdure.Workflow;
import dev.perdure.WorkflowFailedException;
import dev.perdure.schedule.Order;
import dev.perdure.schedule.Plan;
import dev.perdure.schedule.ScheduleRun;
import dev.perdure.schedule.ScheduleState;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import dev.perdure.store.StoreException;
import dev.perdure.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Speaks to the runs of schedules, through a client. */
final class StoreSchedules implements Schedules {

    private static final int PAGE = 1_000;
    /** Longer than it takes to notice that a node has died, and to take its runs over. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final StoreClient client;
    private final Store store;

    StoreSchedules(StoreClient client) {
        this.client = client;
        this.store = client.store();
    }

    // ---- making ----

    @Override
    public <I> boolean put(Schedule schedule, Workflow<I, ?> workflow, @Nullable I input) {
        return put(schedule, workflow.name(), client.payloads().encodeInput(workflow, input));
    }

    @Override
    public boolean put(Schedule schedule, String workflow, Payload input) {
        long now = client.world().currentMillis();
        if (schedule.next(Instant.ofEpochMilli(now), 1).isEmpty()) {
            throw new InvalidArgumentException("schedule '" + schedule.name() + "' would never tick again: nothing "
                    + "later than now fits " + schedule.rhythm());
        }
        Plan plan = new Plan(schedule, Names.check("workflow", workflow), input);
        while (true) {
            Outcome outcome = client.begin(start(plan, now));
            if (outcome.isDone()) {
                return true;
            }
            if (outcome.kind() != Outcome.Kind.EXISTS) {
                throw StoreException.engineClosed();
            }
            List<Message> unheard = store.inbox(outcome.run().chain());
            // Afterwards, since it has finished if it was deleted by what is not in its inbox any more.
            Optional<RunRow> there = store.find(outcome.run().incarnation()).filter(row -> !row.status().isFinished());
            if (unheard.stream().anyMatch(each -> each.content().kind() == NewMessage.Kind.TERMINATE)) {
                // It is being deleted, and whoever wanted that may have died while he waited for it.
                awaitEnd(outcome.run());
            } else if (there.isPresent() && (stateOf(there.get(), unheard).plan().equals(plan)
                    || tell(schedule.name(), new Order.Replace(plan)))) {
                return false;
            }
        }
    }

    private Write.Start start(Plan plan, long now) {
        UUID incarnation = client.world().newId();
        NewRun run = new NewRun(idOf(plan.schedule().name()), incarnation, incarnation, ScheduleRun.WORKFLOW.name(),
                ScheduleState.begin(plan, now).encode(), Map.of(), Map.of(), now, now, null);
        return new Write.Start(run, true, List.of());
    }

    private static String idOf(String name) {
        return ScheduleRun.ID_PREFIX + name;
    }

    // ---- reading ----

    @Override
    public Optional<View> find(String name) {
        return store.find(idOf(name)).filter(row -> !row.status().isFinished()).map(this::view);
    }

    @Override
    public List<View> list() {
        RunFilter filter = RunFilter.all().idPrefix(ScheduleRun.ID_PREFIX).status(RunStatus.QUEUED, RunStatus.RUNNING,
                RunStatus.SUSPENDED, RunStatus.PAUSED, RunStatus.STUCK);
        List<View> views = new ArrayList<>();
        Optional<UUID> last = Optional.empty();
        List<RunRow> page;
        do {
            page = store.list(filter, last, PAGE);
            for (RunRow row : page) {
                views.add(view(row));
                last = Optional.of(row.incarnation());
            }
        } while (page.size() == PAGE);
        views.sort(Comparator.comparing(view -> view.schedule().name()));
        return views;
    }

    private View view(RunRow row) {
        ScheduleState state = stateOf(row, store.inbox(row.chain()));
        Plan plan = state.plan();
        return new View(plan.schedule(), plan.workflow(), plan.input(),
                Optional.of(state.next()).filter(next -> next != ScheduleState.NEVER).map(Instant::ofEpochMilli),
                Optional.of(state.pausedWhy()).filter(why -> !why.isEmpty()), state.running(),
                state.waiting().size() + state.backfill().size(), state.counts().started(), state.counts().skipped(),
                state.counts().missed(), state.problem(), row.runId(), row.status());
    }

    /** What the run has published, and what it will have heard: read before, so that what is heard now is kept. */
    private ScheduleState stateOf(RunRow row, List<Message> unheard) {
        Payload published = store.published(row.incarnation()).get(ScheduleRun.PUBLISHED);
        ScheduleState state = ScheduleState.decode(published != null ? published
                : store.launch(row.incarnation()).orElseThrow().input());
        for (Message message : unheard) {
            NewMessage content = message.content();
            if (content.kind() == NewMessage.Kind.SIGNAL && content.name().equals(Order.SIGNAL)) {
                state = expecting(state, content.value());
            }
        }
        return state;
    }

    private static ScheduleState expecting(ScheduleState state, Payload order) {
        try {
            return state.expecting(Order.decode(order));
        } catch (CodecException unknown) {
            // The run will say so when it hears it.
            return state;
        }
    }

    // ---- steering ----

    @Override
    public void pause(String name, String reason) {
        if (reason.isBlank()) {
            throw new InvalidArgumentException("schedule '" + name + "' is paused for no reason. Say why, for people");
        }
        tellExisting(name, new Order.Pause(reason));
    }

    @Override
    public void resume(String name) {
        tellExisting(name, new Order.Resume());
    }

    @Override
    public String trigger(String name) {
        String runId = name + ":triggered-" + client.world().newId();
        tellExisting(name, new Order.Trigger(runId));
        return runId;
    }

    @Override
    public int backfill(String name, Instant from, Instant to) {
        long now = client.world().currentMillis();
        if (from.isAfter(to) || from.toEpochMilli() > now) {
            throw new InvalidArgumentException("a backfill from " + from + " to " + to + " has nothing of the past, "
                    + "which ends at " + Instant.ofEpochMilli(now) + ". Give the first and the last moment, in this "
                    + "order");
        }
        Schedule schedule = find(name).orElseThrow(() -> missing(name)).schedule();
        List<Long> ticks = schedule.next(from.minusMillis(1), ScheduleRun.MOST_WAITING + 1).stream()
                .filter(tick -> !tick.isAfter(to)).map(Instant::toEpochMilli).filter(tick -> tick <= now).toList();
        if (ticks.size() > ScheduleRun.MOST_WAITING) {
            throw new InvalidArgumentException("schedule '" + name + "' ticks more than " + ScheduleRun.MOST_WAITING
                    + " times from " + from + " to " + to + ". Backfill a shorter time, and then the next");
        }
        if (!ticks.isEmpty()) {
            tellExisting(name, new Order.Backfill(ticks));
        }
        return ticks.size();
    }

    private void tellExisting(String name, Order order) {
        if (!tell(name, order)) {
            throw missing(name);
        }
    }

    /** Whether there is such a schedule. */
    private boolean tell(String name, Order order) {
        NewMessage message = client.message(NewMessage.Kind.SIGNAL, Order.SIGNAL, order.encode(), null);
        return client.send(new Write.Send(idOf(name), message)).isDone();
    }

    private static InvalidArgumentException missing(String name) {
        return new InvalidArgumentException("there is no schedule '" + name + "' in this store. Check the name, and "
                + "that both sides use the same database; schedules().list() tells which there are");
    }

    @Override
    public boolean delete(String name) {
        NewMessage end = client.message(NewMessage.Kind.TERMINATE, "the schedule was deleted", Payload.NONE, null);
        Outcome outcome = client.write(new Write.Terminate(idOf(name), end));
        if (outcome.isDone()) {
            awaitEnd(outcome.run());
        }
        return outcome.isDone();
    }

    /** So that a schedule of this name that is made after this is another one. */
    private void awaitEnd(RunRow row) {
        try {
            Handle.raw(client, row, false).result(PATIENCE);
        } catch (WorkflowFailedException ended) {
            // That is what was asked for.
        }
    }
}
