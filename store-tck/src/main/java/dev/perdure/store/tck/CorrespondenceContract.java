// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Position;
import dev.perdure.store.Asker;
import dev.perdure.store.Fact;
import dev.perdure.store.Message;
import dev.perdure.store.NewMessage;
import dev.perdure.store.NewRun;
import dev.perdure.store.Outcome;
import dev.perdure.store.Outcome.Kind;
import dev.perdure.store.RunRow;
import dev.perdure.store.Write;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What runs say to others by name, and hear of them: signals that they send, facts that they emit and wait for. */
public abstract class CorrespondenceContract extends StoreContract {

    /** For subclasses. */
    protected CorrespondenceContract() {
    }

    private Asker asker(UUID run, int place) {
        return new Asker(run, row(run).chain(), at(place));
    }

    private Write.Signalled signalled(UUID from, int place, String to) {
        Asker sender = asker(from, place);
        return new Write.Signalled(to, sender.signal("go", text("on"), "run 'x'", now), sender);
    }

    private Write.Listening listening(UUID run, int place, String fact) {
        return new Write.Listening(asker(run, place), fact);
    }

    private Fact fact(String name, String value) {
        return new Fact(name, text(value), "tester", now);
    }

    /** What is in an inbox after a look, in words. */
    private List<String> heard(UUID chain) {
        store.look(node, now);
        return store.inbox(chain).stream().map(Message::content).map(each -> switch (each.kind()) {
            case SIGNALLED -> describe(Asker.of(chain, each).answer("go", each));
            case LEARNED -> describe(Asker.of(chain, each).answer(each.name(), each));
            default -> each.kind() + " " + each.name();
        }).toList();
    }

    private static String describe(Arrival.Answer answer) {
        return switch (answer) {
            case Arrival.SignalDelivered delivered -> "delivered " + delivered.at();
            case Arrival.SignalRefused refused -> "refused " + refused.at() + " " + refused.status();
            case Arrival.FactLearned learned -> learned.name() + " " + learned.value().text() + " " + learned.at();
            default -> throw new AssertionError(answer);
        };
    }

    // ---- signals ----

    @Test
    void a_signal_of_a_run_is_delivered_with_its_units_and_the_sender_is_told() {
        UUID from = owned("from");
        UUID to = owned("to");
        done(move(from).units(unit(1)).signal(signalled(from, 7, "to")).write());
        assertThat(heard(to)).containsExactly("SIGNAL go");
        assertThat(store.inbox(to).getFirst().content().value()).isEqualTo(text("on"));
        assertThat(heard(from)).containsExactly("delivered main#7");
    }

    @Test
    void a_signal_to_nobody_or_to_a_finished_run_is_told_to_the_sender_alone() {
        UUID from = owned("from");
        UUID to = owned("to");
        done(move(to).state(finished(RunStatus.FAILED)).write());
        done(move(from).units(unit(1)).signal(signalled(from, 1, "nobody"), signalled(from, 2, "to")).write());
        assertThat(store.inbox(to)).isEmpty();
        assertThat(heard(from)).containsExactly("refused main#1 null", "refused main#2 FAILED");
    }

    @Test
    void a_signal_goes_to_the_present_life_of_a_name() {
        UUID from = owned("from");
        UUID first = owned("to");
        NewRun next = successor(store.launch(first).orElseThrow());
        done(move(first).units(unit(1)).state(continued()).successor(next).write());
        done(move(from).units(unit(1)).signal(signalled(from, 1, "to")).write());
        assertThat(heard(next.chain())).containsExactly("SIGNAL go");
        assertThat(heard(from)).containsExactly("delivered main#1");
    }

    @Test
    void a_run_may_signal_itself_and_those_it_has_just_started() {
        UUID from = owned("from");
        NewRun child = run("child");
        done(move(from).units(unit(1)).children(start(child)).signal(signalled(from, 1, "child"),
                signalled(from, 2, "from")).write());
        assertThat(heard(child.chain())).containsExactly("SIGNAL go");
        assertThat(heard(from)).containsExactly("delivered main#1", "SIGNAL go", "delivered main#2");
    }

    @Test
    void a_run_that_ends_with_a_signal_is_told_nothing_of_it() {
        UUID from = owned("from");
        UUID to = owned("to");
        done(move(from).units(unit(1)).signal(signalled(from, 1, "to")).state(finished(RunStatus.COMPLETED)).write());
        assertThat(heard(to)).containsExactly("SIGNAL go");
        assertThat(store.inbox(from)).isEmpty();
    }

    @Test
    void units_that_are_sent_again_signal_nobody_again() {
        UUID from = owned("from");
        UUID to = owned("to");
        Write.Advance write = move(from).units(unit(1)).signal(signalled(from, 1, "to")).write();
        done(write);
        done(write);
        assertThat(heard(to)).hasSize(1);
        assertThat(heard(from)).hasSize(1);
    }

    @Test
    void what_is_refused_signals_nobody_and_tells_no_fact() {
        UUID from = owned("from");
        UUID to = owned("to");
        assertThat(kind(move(from).units(unit(5)).signal(signalled(from, 1, "to")).emit(fact("paid", "a")).write()))
                .isEqualTo(Kind.REFUSED);
        assertThat(heard(to)).isEmpty();
        assertThat(store.fact("paid")).isEmpty();
    }

    @Test
    void a_suspended_sender_that_has_been_told_can_be_claimed() {
        UUID from = owned("from");
        done(move(from).units(unit(1)).signal(signalled(from, 1, "nobody")).state(suspend(NEVER)).write());
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(from);
    }

    // ---- facts ----

    @Test
    void the_first_fact_of_a_name_wins_whoever_emits_it() {
        UUID run = owned("order-1");
        Fact first = fact("paid", "first");
        assertThat(write(new Write.Emit(first))).isEqualTo(new Outcome(Kind.DONE, null));
        assertThat(write(new Write.Emit(fact("paid", "second")))).isEqualTo(new Outcome(Kind.EXISTS, null));
        done(move(run).units(unit(1)).emit(fact("paid", "third"), fact("shipped", "a")).write());
        assertThat(store.fact("paid")).contains(first);
        assertThat(store.fact("shipped")).contains(fact("shipped", "a"));
        assertThat(store.fact("sold")).isEmpty();
    }

    @Test
    void facts_are_listed_by_name_a_page_at_a_time() {
        for (String name : List.of("c", "a", "d", "b")) {
            done(new Write.Emit(fact(name, name)));
        }
        assertThat(store.facts("", 3)).extracting(Fact::name).containsExactly("a", "b", "c");
        assertThat(store.facts("c", 3)).containsExactly(fact("d", "d"));
        assertThat(store.facts("d", 3)).isEmpty();
    }

    @Test
    void whoever_waits_for_a_fact_is_told_once_whichever_comes_first() {
        UUID before = owned("before");
        UUID after = owned("after");
        done(move(before).units(unit(1)).listen(listening(before, 3, "paid"), listening(before, 4, "sold")).write());
        assertThat(store.listening(before)).containsExactlyInAnyOrder(listening(before, 3, "paid"),
                listening(before, 4, "sold"));
        assertThat(heard(before)).isEmpty();
        done(new Write.Emit(fact("paid", "a")));
        kind(new Write.Emit(fact("paid", "b")));
        done(move(after).units(unit(1)).listen(listening(after, 5, "paid")).write());
        assertThat(heard(before)).containsExactly("paid \"a\" main#3");
        assertThat(heard(after)).containsExactly("paid \"a\" main#5");
        assertThat(store.listening(before)).containsExactly(listening(before, 4, "sold"));
        assertThat(store.listening(after)).isEmpty();
    }

    @Test
    void a_run_may_wait_for_what_it_has_just_emitted_and_two_places_for_one_fact() {
        UUID run = owned("order-1");
        done(move(run).units(unit(1)).emit(fact("paid", "a")).listen(listening(run, 3, "paid"),
                listening(run, 4, "paid")).write());
        assertThat(heard(run)).containsExactlyInAnyOrder("paid \"a\" main#3", "paid \"a\" main#4");
    }

    @Test
    void a_run_that_has_been_told_of_a_fact_while_nobody_owned_it_can_be_claimed() {
        UUID run = owned("order-1");
        done(move(run).units(unit(1)).listen(listening(run, 3, "paid")).state(suspend(NEVER)).write());
        assertThat(claim(10, "checkout")).isEmpty();
        done(new Write.Emit(fact("paid", "a")));
        store.look(node, now);
        assertThat(claim(10, "checkout")).extracting(RunRow::incarnation).containsExactly(run);
    }

    @Test
    void whoever_has_given_up_waiting_or_has_finished_is_not_told() {
        UUID tired = owned("tired");
        done(move(tired).units(unit(1)).listen(listening(tired, 3, "paid"), listening(tired, 4, "paid")).write());
        done(move(tired).units(unit(2)).giveUp(at(3)).write());
        UUID ended = owned("ended");
        done(move(ended).units(unit(1)).listen(listening(ended, 3, "paid")).write());
        done(move(ended).state(finished(RunStatus.COMPLETED)).write());
        UUID stopped = suspended("stopped", NEVER);
        UUID hasty = owned("hasty");
        done(move(hasty).units(unit(1)).listen(listening(hasty, 3, "paid")).giveUp(at(3)).write());
        assertThat(store.listening(tired)).containsExactly(listening(tired, 4, "paid"));
        assertThat(store.listening(ended)).isEmpty();
        assertThat(store.listening(hasty)).isEmpty();
        done(new Write.Terminate("stopped", terminate("t")));
        done(new Write.Emit(fact("paid", "a")));
        assertThat(heard(tired)).containsExactly("paid \"a\" main#4");
        assertThat(store.inboxOf(node)).extracting(Message::chain).containsOnly(row(tired).chain());
        assertThat(row(stopped).status()).isEqualTo(RunStatus.TERMINATED);
    }

    @Test
    void a_run_that_is_terminated_while_nobody_owns_it_waits_for_nothing() {
        UUID run = owned("order-1");
        done(move(run).units(unit(1)).listen(listening(run, 3, "paid")).state(suspend(NEVER)).write());
        done(new Write.Terminate("order-1", terminate("t")));
        assertThat(store.listening(run)).isEmpty();
    }

    @Test
    void a_run_that_continues_as_new_waits_for_nothing_that_its_former_life_has_waited_for() {
        UUID run = owned("order-1");
        done(move(run).units(unit(1)).listen(listening(run, 3, "paid")).write());
        NewRun next = successor(store.launch(run).orElseThrow());
        done(move(run).units(unit(2)).state(continued()).successor(next).write());
        done(new Write.Emit(fact("paid", "a")));
        assertThat(heard(next.chain())).isEmpty();
    }

    @Test
    void a_run_that_begins_with_words_to_others_says_them() {
        NewRun run = run("order-1");
        Asker self = new Asker(run.incarnation(), run.chain(), new Position("main/a", 0));
        done(move(run.incarnation()).creation(start(run)).units(unit(1)).state(running())
                .emit(fact("begun", "a")).listen(new Write.Listening(self, "begun"))
                .signal(new Write.Signalled("nobody", self.signal("go", text("on"), "x", now), self)).write());
        assertThat(heard(run.chain())).containsExactlyInAnyOrder("refused main/a#0 null", "begun \"a\" main/a#0");
        assertThat(store.inbox(run.chain())).extracting(each -> each.content().kind())
                .containsExactlyInAnyOrder(NewMessage.Kind.SIGNALLED, NewMessage.Kind.LEARNED);
    }

    @Test
    void facts_and_those_who_wait_for_them_outlive_a_restart() {
        UUID run = owned("order-1");
        done(move(run).units(unit(1)).listen(listening(run, 3, "paid")).state(suspend(NEVER)).write());
        done(new Write.Emit(fact("sold", "s")));
        restart();
        assertThat(store.fact("sold")).contains(fact("sold", "s"));
        done(new Write.Emit(fact("paid", "a")));
        assertThat(heard(run)).containsExactly("paid \"a\" main#3");
    }
}
