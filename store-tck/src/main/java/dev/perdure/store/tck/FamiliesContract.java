// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.ClosePolicy;
import dev.perdure.Failure;
import dev.perdure.Payload;
import dev.perdure.RunStatus;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Unit;
import dev.perdure.store.Attempt;
import dev.perdure.store.ChildEnd;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.Parent;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.Ticket;
import dev.perdure.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Runs that runs have started: how they are made, and who is told how they end. */
public abstract class FamiliesContract extends StoreContract {

    /** For subclasses. */
    protected FamiliesContract() {
    }

    private Parent parent(UUID run, int place, ClosePolicy close) {
        RunRow row = row(run);
        return new Parent(row.runId(), run, row.chain(), at(place), close);
    }

    private NewRun child(String runId, Parent parent) {
        NewRun plain = run(runId);
        return new NewRun(plain.runId(), plain.incarnation(), plain.chain(), plain.workflow(), plain.input(),
                plain.headers(), plain.attributes(), plain.createdAt(), plain.startAt(), null, parent);
    }

    /** A run of this name that a run has started, and that this node has. */
    private UUID begin(UUID parent, String runId, int place, ClosePolicy close) {
        NewRun child = child(runId, parent(parent, place, close));
        done(move(parent).units(unit(store.journal(parent, 0, 100).size() + 1)).children(start(child)).write());
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(child.incarnation());
        return child.incarnation();
    }

    private Unit last(long seq, Command end) {
        return new Unit(seq, now, new Arrival.TimerFired(at(0)), List.of(end));
    }

    private List<ChildEnd> ends(UUID parent) {
        return store.inbox(parent).stream().map(Message::content)
                .filter(message -> message.kind() == NewMessage.Kind.CHILD_ENDED)
                .map(message -> ChildEnd.of(parent, message)).toList();
    }

    // ---- beginnings ----

    @Test
    void x23_e1_a_child_is_made_with_the_units_that_have_started_it_and_belongs_to_nobody() {
        UUID parent = owned("order-1");
        NewRun child = child("child", parent(parent, 3, ClosePolicy.TERMINATE));
        done(move(parent).units(unit(1)).children(start(child, signal("a"))).write());
        assertThat(store.launch(child.incarnation())).contains(child);
        assertThat(row(child.incarnation())).isEqualTo(RunRow.of(child, null));
        assertThat(inbox(child.chain())).containsExactly("a");
        assertThat(claim(10, "checkout")).extracting(RunRow::runId).containsExactly("child");
        assertThat(store.launch(parent).orElseThrow().parent()).isNull();
    }

    @Test
    void children_are_there_with_a_run_that_has_just_been_made() {
        NewRun run = run("order-1");
        NewRun child = child("child", new Parent("order-1", run.incarnation(), run.chain(), at(0),
                ClosePolicy.CANCEL));
        done(move(run.incarnation()).creation(start(run)).units(unit(1)).state(running()).children(start(child))
                .write());
        assertThat(store.find("child")).isPresent();
    }

    @Test
    void a_child_whose_name_is_taken_is_not_made_and_its_messages_go_to_the_living_run() {
        UUID parent = owned("order-1");
        UUID living = owned("living");
        UUID dead = owned("dead");
        done(move(dead).state(finished(RunStatus.COMPLETED)).write());
        NewRun one = child("living", parent(parent, 1, ClosePolicy.CANCEL));
        NewRun two = child("dead", parent(parent, 2, ClosePolicy.CANCEL));
        NewRun three = child("new", parent(parent, 3, ClosePolicy.CANCEL));
        done(move(parent).units(unit(1)).children(start(one, signal("a")), start(two), start(three)).write());
        assertThat(store.find(one.incarnation())).isEmpty();
        assertThat(store.find(two.incarnation())).isEmpty();
        assertThat(store.find(three.incarnation())).isPresent();
        assertThat(inbox(living)).containsExactly("a");
        assertThat(store.journal(parent, 0, 10)).hasSize(1);
    }

    @Test
    void a_child_may_make_a_finished_run_of_its_name_make_way() {
        UUID parent = owned("order-1");
        UUID dead = owned("dead");
        done(move(dead).state(finished(RunStatus.COMPLETED)).write());
        NewRun child = child("dead", parent(parent, 1, ClosePolicy.CANCEL));
        done(move(parent).units(unit(1)).children(restart(child)).write());
        assertThat(store.find("dead").orElseThrow().incarnation()).isEqualTo(child.incarnation());
    }

    @Test
    void what_is_refused_makes_no_child_and_what_is_sent_again_makes_none_twice() {
        UUID parent = owned("order-1");
        NewRun child = child("child", parent(parent, 1, ClosePolicy.CANCEL));
        Write.Advance ahead = move(parent).units(unit(2)).children(start(child)).write();
        assertThat(kind(ahead)).isEqualTo(Kind.REFUSED);
        assertThat(store.find("child")).isEmpty();
        Write.Advance next = move(parent).units(unit(1)).children(start(child, signal("a"))).write();
        done(next);
        done(next);
        assertThat(store.find("child").orElseThrow().incarnation()).isEqualTo(child.incarnation());
        assertThat(inbox(child.chain())).containsExactly("a");
    }

    /** Stores may have another way for many than for few. */
    @Test
    void a_hundred_children_of_all_kinds_are_made_as_they_were_asked_for() {
        UUID parent = owned("order-1");
        List<Write.Start> children = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            UUID id = UUID.randomUUID();
            NewRun child = new NewRun(id.toString(), id, id, "checkout", i % 3 == 0 ? Payload.NONE : text("naïve " + i),
                    i % 4 == 0 ? Map.of() : Map.of("traceparent", "00-" + i, "", "größer"),
                    i % 5 == 0 ? Map.of("customer", "c-" + i) : Map.of(), now, i % 6 == 0 ? now + 1_000 : now, null,
                    parent(parent, i, ClosePolicy.values()[i % 3]),
                    i % 7 == 0 ? new Ticket("queue-" + i % 2, "key-" + i, i - 50) : Ticket.NONE);
            children.add(i % 8 == 0 ? start(child, signal("a"), signal("b")) : start(child));
        }
        Write.Advance next = move(parent).units(unit(1)).children(children.toArray(Write.Start[]::new)).write();
        done(next);
        done(next);
        for (Write.Start each : children) {
            NewRun child = each.run();
            assertThat(store.launch(child.incarnation())).contains(child);
            assertThat(row(child.incarnation())).isEqualTo(RunRow.of(child, null));
            assertThat(store.inbox(child.chain())).extracting(Message::content).isEqualTo(each.messages());
        }
        assertThat(store.list(RunFilter.all(), Optional.empty(), 200)).extracting(RunRow::incarnation)
                .startsWith(children.getLast().run().incarnation(), children.get(98).run().incarnation())
                .hasSize(101);
    }

    // ---- activities ----

    @Test
    void a_child_that_is_kept_is_running_and_belongs_to_the_node_from_the_beginning() {
        UUID parent = owned("order-1");
        NewRun child = unnamed(parent, 1);
        done(move(parent).units(unit(1)).kept(start(child)).write());
        assertThat(row(child.incarnation())).isEqualTo(RunRow.kept(child, node));
        assertThat(claim(10, "checkout")).isEmpty();
        done(move(child.incarnation()).units(last(1, new Command.RunCompleted(text("parcel"))))
                .state(finished(RunStatus.COMPLETED)).write());
        assertThat(ends(parent)).singleElement().extracting(ChildEnd::value).isEqualTo(text("parcel"));
    }

    @Test
    void a_child_that_was_kept_and_has_lost_its_node_is_claimed_by_the_next_one() {
        UUID parent = owned("order-1");
        NewRun child = unnamed(parent, 1);
        Write.Advance advance = move(parent).units(unit(1)).kept(start(child)).write();
        done(advance);
        done(advance);
        node = takeOver();
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation)
                .containsExactlyInAnyOrder(parent, child.incarnation());
    }

    @Test
    void nothing_is_left_of_what_is_forgotten() {
        UUID parent = owned("order-1");
        NewRun kept = unnamed(parent, 1);
        NewRun ended = unnamed(parent, 2);
        done(move(parent).units(unit(1)).kept(start(kept), start(ended)).write());
        done(move(kept.incarnation()).attempt(attempt()).write());
        done(new Write.Send(kept.runId(), signal("a")));
        done(move(ended.incarnation()).units(last(1, new Command.RunCompleted(text("parcel"))))
                .state(finished(RunStatus.COMPLETED)).write());
        done(move(parent).units(unit(2)).forgotten(kept.incarnation(), ended.incarnation()).write());
        for (NewRun gone : List.of(kept, ended)) {
            assertThat(store.find(gone.runId())).isEmpty();
            assertThat(store.find(gone.incarnation())).isEmpty();
            assertThat(store.launch(gone.incarnation())).isEmpty();
            assertThat(store.journal(gone.incarnation(), 0, 10)).isEmpty();
            assertThat(store.attempts(gone.incarnation())).isEmpty();
            assertThat(store.inbox(gone.chain())).isEmpty();
        }
        assertThat(store.list(RunFilter.all(), Optional.empty(), 10)).extracting(RunRow::incarnation)
                .containsExactly(parent);
        done(move(parent).state(finished(RunStatus.COMPLETED)).write());
    }

    @Test
    void what_has_not_finished_and_is_nobodys_is_not_forgotten() {
        UUID parent = owned("order-1");
        NewRun child = unnamed(parent, 1);
        done(move(parent).units(unit(1)).children(start(child)).write());
        done(move(parent).units(unit(2)).forgotten(child.incarnation(), UUID.randomUUID()).write());
        assertThat(row(child.incarnation())).isEqualTo(RunRow.of(child, null));
    }

    @Test
    void what_an_activity_has_said_of_its_progress_is_kept_with_its_attempts() {
        UUID run = owned("order-1");
        Attempt said = new Attempt(Attempt.WHOLE_RUN, "checkout", 0, 5, 5, null, text("half"));
        done(move(run).attempt(said).write());
        assertThat(store.attempts(run)).containsExactly(said);
        Attempt further = new Attempt(Attempt.WHOLE_RUN, "checkout", 1, 5, 9, Failure.terminated("away"), text("most"));
        done(move(run).attempt(further).write());
        assertThat(store.attempts(run)).containsExactly(further);
    }

    private NewRun unnamed(UUID parent, int place) {
        NewRun child = child("child", parent(parent, place, ClosePolicy.CANCEL));
        return new NewRun(child.incarnation().toString(), child.incarnation(), child.chain(), child.workflow(),
                child.input(), child.headers(), child.attributes(), child.createdAt(), child.startAt(), null,
                child.parent());
    }

    private static Attempt attempt() {
        return new Attempt(Attempt.WHOLE_RUN, "checkout", 1, 5, 5, Failure.terminated("away"), Payload.NONE);
    }

    // ---- ends ----

    @Test
    void a_parent_is_told_the_result_or_the_failure_of_each_child() {
        UUID parent = owned("order-1");
        UUID good = begin(parent, "good", 1, ClosePolicy.CANCEL);
        UUID bad = begin(parent, "bad", 2, ClosePolicy.CANCEL);
        UUID stopped = begin(parent, "stopped", 3, ClosePolicy.CANCEL);
        Failure failure = Failure.terminated("no stock");
        done(move(good).units(last(1, new Command.RunCompleted(text("parcel")))).state(finished(RunStatus.COMPLETED))
                .write());
        done(move(bad).units(last(1, new Command.RunFailed(failure))).state(finished(RunStatus.FAILED)).write());
        done(new Write.Release(node, stopped));
        done(new Write.Terminate("stopped", terminate("t")));
        List<ChildEnd> ends = ends(parent);
        assertThat(ends).extracting(ChildEnd::parent).containsOnly(parent);
        assertThat(ends).extracting(ChildEnd::at).containsExactlyInAnyOrder(at(1), at(2), at(3));
        for (ChildEnd end : ends) {
            assertThat(end.answer("checkout")).isEqualTo(switch (end.at().index()) {
                case 1 -> new Arrival.ChildCompleted(at(1), "checkout", text("parcel"));
                case 2 -> new Arrival.ChildFailed(at(2), "checkout", RunStatus.FAILED, failure);
                default -> new Arrival.ChildFailed(at(3), "checkout", RunStatus.TERMINATED,
                        Failure.terminated("terminated by ops: out of stock"));
            });
        }
    }

    @Test
    void a_parent_that_waits_wakes_up_when_a_child_ends() {
        UUID parent = owned("order-1");
        UUID child = begin(parent, "child", 1, ClosePolicy.CANCEL);
        done(move(parent).state(suspend(NEVER)).write());
        assertThat(claim(10, "checkout")).isEmpty();
        done(move(child).state(finished(RunStatus.COMPLETED)).write());
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(parent);
    }

    @Test
    void a_child_that_continues_as_new_tells_its_end_when_the_last_of_its_chain_ends() {
        UUID parent = owned("order-1");
        UUID child = begin(parent, "child", 1, ClosePolicy.CANCEL);
        NewRun next = successor(store.launch(child).orElseThrow());
        done(move(child).units(unit(1)).state(continued()).successor(next).write());
        assertThat(store.inbox(parent)).isEmpty();
        assertThat(store.launch(next.incarnation()).orElseThrow().parent()).isEqualTo(next.parent());
        done(move(next.incarnation()).units(last(1, new Command.RunCompleted(text("parcel"))))
                .state(finished(RunStatus.COMPLETED)).write());
        assertThat(ends(parent)).singleElement()
                .satisfies(end -> assertThat(end.value()).isEqualTo(text("parcel")));
    }

    @Test
    void nobody_is_told_who_has_finished() {
        UUID parent = owned("order-1");
        UUID child = begin(parent, "child", 1, ClosePolicy.ABANDON);
        done(move(parent).state(finished(RunStatus.COMPLETED)).write());
        done(move(child).state(finished(RunStatus.COMPLETED)).write());
        assertThat(store.inbox(parent)).isEmpty();
        assertThat(store.inboxOf(node)).isEmpty();
    }

    @Test
    void children_that_go_on_are_told_by_their_policy_that_their_parent_has_ended() {
        for (boolean owned : List.of(true, false)) {
            UUID parent = owned("parent " + owned);
            UUID cancelled = begin(parent, "cancelled " + owned, 1, ClosePolicy.CANCEL);
            UUID terminated = begin(parent, "terminated " + owned, 2, ClosePolicy.TERMINATE);
            UUID abandoned = begin(parent, "abandoned " + owned, 3, ClosePolicy.ABANDON);
            UUID ended = begin(parent, "ended " + owned, 4, ClosePolicy.CANCEL);
            done(move(ended).state(finished(RunStatus.COMPLETED)).write());
            if (owned) {
                done(move(parent).state(finished(RunStatus.FAILED)).write());
            } else {
                done(new Write.Release(node, parent));
                done(new Write.Terminate("parent false", terminate("t")));
            }
            assertThat(store.inbox(cancelled)).singleElement().satisfies(message ->
                    assertThat(message.content().kind()).isEqualTo(NewMessage.Kind.CANCEL));
            assertThat(store.inbox(terminated)).singleElement().satisfies(message ->
                    assertThat(message.content().kind()).isEqualTo(NewMessage.Kind.TERMINATE));
            assertThat(store.inbox(abandoned)).isEmpty();
            assertThat(store.inbox(ended)).isEmpty();
        }
    }

    @Test
    void a_parent_that_continues_as_new_leaves_the_children_of_its_former_life_to_their_policy() {
        UUID parent = owned("order-1");
        UUID child = begin(parent, "child", 1, ClosePolicy.CANCEL);
        NewRun next = successor(store.launch(parent).orElseThrow());
        done(move(parent).units(unit(2)).state(continued()).successor(next).write());
        assertThat(store.inbox(child)).singleElement().satisfies(message ->
                assertThat(message.content().kind()).isEqualTo(NewMessage.Kind.CANCEL));
    }

    // ---- joining ----

    @Test
    void whoever_watches_a_run_is_told_how_its_chain_ends_once() {
        UUID other = owned("other");
        UUID watcher = owned("order-1");
        Write.Watch watch = new Write.Watch("other", parent(watcher, 7, ClosePolicy.CANCEL));
        assertThat(write(watch)).isEqualTo(new Outcome(Kind.DONE, row(other)));
        assertThat(kind(watch)).isEqualTo(Kind.DONE);
        NewRun next = successor(store.launch(other).orElseThrow());
        done(move(other).units(unit(1)).state(continued()).successor(next).write());
        assertThat(store.launch(next.incarnation()).orElseThrow().parent()).isNull();
        Outcome end = write(move(next.incarnation()).units(last(1, new Command.RunCompleted(text("parcel"))))
                .state(finished(RunStatus.COMPLETED)).write());
        assertThat(end.joiners()).containsExactly(watcher);
        assertThat(ends(watcher)).singleElement().satisfies(told -> {
            assertThat(told.at()).isEqualTo(at(7));
            assertThat(told.value()).isEqualTo(text("parcel"));
        });
    }

    @Test
    void each_life_of_a_run_that_watches_another_is_told() {
        UUID other = owned("other");
        UUID first = owned("order-1");
        done(new Write.Watch("other", parent(first, 7, ClosePolicy.CANCEL)));
        NewRun next = successor(store.launch(first).orElseThrow());
        done(move(first).units(unit(1)).state(continued()).successor(next).write());
        Parent second = new Parent("order-1", next.incarnation(), first, at(7), ClosePolicy.CANCEL);
        done(new Write.Watch("other", second));
        done(move(other).state(finished(RunStatus.FAILED)).write());
        assertThat(ends(first)).extracting(ChildEnd::parent).containsExactlyInAnyOrder(first, next.incarnation());
    }

    @Test
    void a_run_that_is_watched_goes_on_when_the_watcher_ends() {
        UUID other = owned("other");
        UUID watcher = owned("order-1");
        done(new Write.Watch("other", parent(watcher, 7, ClosePolicy.CANCEL)));
        Outcome end = write(move(watcher).state(finished(RunStatus.COMPLETED)).write());
        assertThat(end.isDone()).isTrue();
        assertThat(end.joiners()).isEmpty();
        assertThat(store.inbox(other)).isEmpty();
    }

    @Test
    void a_run_that_has_finished_or_is_not_there_cannot_be_watched() {
        UUID watcher = owned("order-1");
        Parent parent = parent(watcher, 1, ClosePolicy.CANCEL);
        assertThat(kind(new Write.Watch("nobody", parent))).isEqualTo(Kind.NOT_FOUND);
        UUID other = owned("other");
        done(move(other).state(finished(RunStatus.FAILED)).write());
        assertThat(write(new Write.Watch("other", parent))).isEqualTo(new Outcome(Kind.FINISHED, row(other)));
    }

    @Test
    void a_child_whose_parent_watches_it_tells_it_once() {
        UUID parent = owned("order-1");
        UUID child = begin(parent, "child", 1, ClosePolicy.CANCEL);
        done(new Write.Watch("child", parent(parent, 1, ClosePolicy.CANCEL)));
        done(move(child).state(finished(RunStatus.COMPLETED)).write());
        assertThat(ends(parent)).hasSize(1);
    }

    // ---- telling ----

    @Test
    void a_run_tells_another_something_and_nobody_if_that_has_finished_or_never_was() {
        UUID teller = owned("teller");
        UUID other = owned("other");
        UUID dead = owned("dead");
        done(move(dead).state(finished(RunStatus.COMPLETED)).write());
        done(move(teller).units(unit(1)).tell(other, cancel("~1")).write());
        done(move(teller).units(unit(2)).tell(dead, cancel("~2")).write());
        done(move(teller).units(unit(3)).tell(UUID.randomUUID(), cancel("~3")).write());
        assertThat(inbox(other)).containsExactly("~1");
        assertThat(store.inboxOf(node)).hasSize(1);
    }
}
