// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.ClosePolicy;
import dev.perdure.RunStatus;
import dev.perdure.journal.Command;
import dev.perdure.store.ChildEnd;
import dev.perdure.store.Limit;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Parent;
import dev.perdure.store.Store;
import dev.perdure.store.Ticket;
import dev.perdure.store.Write;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Runs that must have begun or ended by a time. */
public abstract class LimitsContract extends StoreContract {

    /** For subclasses. */
    protected LimitsContract() {
    }

    private Limit begin(long within) {
        return new Limit(Limit.Kind.START, now + within, within);
    }

    private Limit end(long within) {
        return new Limit(Limit.Kind.END, now + within, within);
    }

    private UUID limited(NewRun run, Limit... limits) {
        done(new Write.Start(run, false, List.of(), List.of(limits)));
        return run.chain();
    }

    /** What a node does that has looked up. */
    private void expire() {
        List<Limit.Of> exceeded = store.look(node, now).exceeded();
        assertThat(exceeded).isEqualTo(store.exceeded(now));
        assertThat(store.write(exceeded.stream().map(each -> new Write.Expire(each, now)).toList()))
                .allMatch(Outcome::isDone);
    }

    private Command lastWord(UUID run) {
        return store.lastUnit(run).orElseThrow().commands().getLast();
    }

    @Test
    void a_limit_is_seen_when_it_is_exceeded_and_no_sooner() {
        UUID run = limited(run("a"), begin(10), end(20));
        assertThat(store.limits(run)).containsExactlyInAnyOrder(begin(10), end(20));
        assertThat(store.limits(UUID.randomUUID())).isEmpty();
        now += 9;
        assertThat(store.exceeded(now)).isEmpty();
        now++;
        assertThat(store.exceeded(now)).containsExactly(new Limit.Of(run, new Limit(Limit.Kind.START, now, 10)));
        restart();
        assertThat(store.exceeded(now + 10)).as("durable, and in order").extracting(each -> each.limit().kind())
                .containsExactly(Limit.Kind.START, Limit.Kind.END);
    }

    @Test
    void a_run_that_never_began_is_cancelled_with_the_limits_name() {
        UUID run = limited(run("a"), begin(10));
        now += 10;
        expire();
        assertThat(row(run).status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(row(run).owner()).isNull();
        assertThat(row(run).changedAt()).isEqualTo(now);
        assertThat(lastWord(run)).isInstanceOfSatisfying(Command.RunCancelled.class, last ->
                assertThat(last.failure().message()).isEqualTo("run 'a' was cancelled: it was not started within "
                        + "PT0.01S"));
        assertThat(store.exceeded(NEVER - 1)).isEmpty();
        assertThat(claim(9, "checkout")).isEmpty();
    }

    @Test
    void a_run_that_has_begun_in_time_is_left_alone() {
        UUID run = limited(run("a"), begin(10));
        assertThat(claim(9, "checkout")).hasSize(1);
        now += 10;
        expire();
        assertThat(row(run).status()).isEqualTo(RunStatus.RUNNING);
        assertThat(store.inbox(run)).isEmpty();
        assertThat(store.limits(run)).isEmpty();
    }

    @Test
    void a_run_that_has_begun_and_goes_on_for_too_long_is_asked_to_stop_once() {
        UUID run = limited(run("a"), end(10));
        assertThat(claim(9, "checkout")).hasSize(1);
        now += 10;
        Limit.Of exceeded = store.exceeded(now).getFirst();
        done(new Write.Expire(exceeded, now));
        done(new Write.Expire(exceeded, now));
        assertThat(store.inbox(run)).extracting(Message::content)
                .containsExactly(exceeded.limit().message(run, now));
        NewMessage order = exceeded.limit().message(run, now);
        assertThat(order.kind()).isEqualTo(NewMessage.Kind.CANCEL);
        assertThat(order.name()).isEqualTo("it had not ended within PT0.01S");
        assertThat(Limit.isSender(order)).isTrue();
        assertThat(Limit.isSender(cancel("c-1"))).isFalse();
    }

    @Test
    void a_run_that_waits_in_a_queue_for_too_long_ends_without_a_place() {
        NewRun plain = run("a");
        UUID run = limited(new NewRun("a", plain.incarnation(), plain.chain(), plain.workflow(), plain.input(),
                plain.headers(), plain.attributes(), now, now, null, null, new Ticket("mail", "", 0)), end(10));
        now += 10;
        expire();
        assertThat(row(run).status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(store.waiting(now)).isEmpty();
        assertThat(store.serve("mail", new Store.Claim(node, Set.of("checkout"), now, 9)).runs()).isEmpty();
    }

    @Test
    void what_is_exceeded_at_once_is_told_apart() {
        UUID begun = limited(run("begun"), begin(10), end(10));
        UUID ended = limited(run("ended"), end(10));
        assertThat(claim(9, "checkout")).hasSize(2);
        done(move(ended).units(unit(1)).state(finished(RunStatus.COMPLETED)).write());
        UUID late = limited(run("late"), begin(10), end(9));
        UUID later = limited(run("later"), end(11));
        now += 10;
        expire();
        assertThat(store.inbox(begun)).extracting(message -> message.content().name())
                .containsExactly("it had not ended within PT0.01S");
        assertThat(row(begun).status()).isEqualTo(RunStatus.RUNNING);
        assertThat(row(ended).status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(row(late).status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(store.journal(late, 0, 9)).as("ended once, by the first").hasSize(1).containsExactly(new Limit(
                Limit.Kind.END, now - 1, 9).ending(row(late), now));
        assertThat(row(later).status()).isEqualTo(RunStatus.QUEUED);
        assertThat(store.exceeded(now)).isEmpty();
        assertThat(store.exceeded(now + 1)).extracting(Limit.Of::chain).containsExactly(later);
    }

    @Test
    void a_finished_run_has_no_limits_that_anybody_minds() {
        UUID run = limited(run("a"), end(10));
        claim(9, "checkout");
        done(move(run).units(unit(1)).state(finished(RunStatus.COMPLETED)).write());
        now += 10;
        expire();
        assertThat(row(run).status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(store.exceeded(now)).isEmpty();
    }

    @Test
    void a_run_that_was_put_back_after_it_was_stuck_has_begun() {
        UUID run = limited(run("a"), begin(10));
        claim(9, "checkout");
        done(move(run).units(unit(1)).state(stuck()).write());
        done(new Write.Redrive("a", now));
        now += 10;
        expire();
        assertThat(row(run).status()).isEqualTo(RunStatus.QUEUED);
    }

    @Test
    void those_who_wait_for_a_run_are_told_that_it_was_cancelled() {
        UUID parent = owned("order-1");
        NewRun plain = run("child");
        NewRun child = new NewRun("child", plain.incarnation(), plain.chain(), plain.workflow(), plain.input(),
                plain.headers(), plain.attributes(), now, now, null,
                new Parent("order-1", parent, parent, at(3), ClosePolicy.CANCEL));
        done(move(parent).units(unit(1)).children(new Write.Start(child, false, List.of(), List.of(begin(10))))
                .write());
        now += 10;
        expire();
        assertThat(store.inbox(parent)).extracting(message -> ChildEnd.of(parent, message.content()))
                .extracting(ChildEnd::status).containsExactly(RunStatus.CANCELLED);
    }

    @Test
    void a_start_that_joins_a_run_leaves_its_limits_as_they_are() {
        UUID run = limited(run("a"), end(10));
        write(new Write.Start(run("a"), false, List.of(), List.of(end(99))));
        assertThat(store.limits(run)).containsExactly(end(10));
    }
}
