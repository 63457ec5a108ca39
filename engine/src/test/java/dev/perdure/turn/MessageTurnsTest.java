// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Channel;
import dev.perdure.ContextMisuseException;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.Promise;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signals from outside, channels inside, published values and queries. */
@Timeout(60)
class MessageTurnsTest {

    @Test
    void waiting_for_a_signal_is_said_and_the_first_unread_one_is_taken() {
        Play play = Play.of((ctx, input) -> {
            ctx.step("a", String.class, step -> "");
            return ctx.signals("word", String.class).receive() + ctx.signals("word", String.class).receive();
        });
        assertThat(play.signal("word", "x")).isEmpty();
        play.signal("word", "y");
        play.signal("other", "z");
        assertThat(play.live.unread()).extracting(Arrival.SignalReceived::name)
                .containsExactly("word", "word", "other");
        List<Command> said = play.complete("a", "");
        assertThat(said).startsWith(new Command.SignalAwaited(new Position("main", 1), "word", Long.MAX_VALUE));
        assertThat(play.live.unread()).extracting(Arrival.SignalReceived::name).containsExactly("other");
        assertThat(play.result()).isEqualTo("xy");
    }

    @Test
    void two_receivers_are_served_in_the_order_in_which_they_began_to_wait() {
        Play play = Play.of((ctx, input) -> {
            Promise<String> first = ctx.async(fiber -> "1" + fiber.signals("word", String.class).receive());
            Promise<String> second = ctx.async(fiber -> "2" + fiber.signals("word", String.class).receive());
            return first.get() + second.get();
        });
        play.signal("word", "x");
        assertThat(play.waits()).containsExactly("main: branch main/async-2 since 1000",
                "main/async-2: signal word since 1000");
        play.signal("word", "y");
        assertThat(play.result()).isEqualTo("1x2y");
    }

    @Test
    void who_only_looks_does_not_take_what_somebody_in_line_is_about_to_get() {
        List<String> seen = new ArrayList<>();
        Play play = Play.of((ctx, input) -> {
            seen.clear();
            var words = ctx.signals("word", String.class);
            seen.add("before " + words.isReady() + words.tryReceive());
            ctx.async(fiber -> {
                fiber.signals("bell", String.class).receive();
                return seen.add("at the bell " + words.isReady() + words.tryReceive());
            });
            seen.add("got " + words.receive());
            ctx.signals("end", String.class).receive();
            seen.add("after " + words.isReady() + words.tryReceive().isPresent() + words.isReady());
            return seen.toString();
        });
        play.signal("bell", "");
        play.signal("word", "x");
        play.signal("word", "y");
        play.signal("end", "");
        assertThat(play.result()).isEqualTo("[before falseOptional.empty, at the bell falseOptional.empty, got x, "
                + "after truetruefalse]");
    }

    @Test
    void a_receiver_that_gives_up_lets_the_one_behind_it_move_up() {
        Play play = Play.of((ctx, input) -> {
            var words = ctx.signals("word", String.class);
            Promise<String> cancelled = ctx.async(fiber -> words.receive());
            Promise<String> behind = ctx.async(fiber -> words.receive());
            ctx.signals("off", String.class).receive();
            cancelled.cancel();
            return behind.get();
        });
        play.signal("off", "");
        play.signal("word", "x");
        assertThat(play.result()).isEqualTo("x");
    }

    @Test
    void a_published_value_is_handed_over_once_the_latest_of_each_name_and_not_again_on_replay() {
        Play play = Play.of((ctx, input) -> {
            ctx.publish("state", "one");
            ctx.publish("state", "two");
            ctx.publish("other", "x");
            return ctx.step("a", String.class, step -> "");
        });
        assertThat(play.journal.getFirst().commands()).extracting(Command::wireName)
                .containsExactly("value_published", "value_published", "value_published");
        var published = play.live.takePublished();
        assertThat(published.keySet()).containsExactly("state", "other");
        assertThat(Play.text(published.get("state"))).isEqualTo("two");
        assertThat(play.live.takePublished()).isEmpty();
        assertThat(play.evict().live.takePublished()).isEmpty();
        play.complete("a", "done");
        assertThat(play.result()).isEqualTo("done");
    }

    @Test
    void a_query_is_answered_between_turns_from_the_variables_of_the_code() {
        Play play = Play.of((ctx, input) -> {
            String[] state = {"waiting"};
            ctx.query("state", String.class, question -> question + " " + state[0]);
            state[0] = ctx.signals("word", String.class).receive();
            ctx.signals("end", String.class).receive();
            return state[0];
        });
        assertThat(Play.text(play.live.answer("state", Play.PAYLOADS.encode("is")))).isEqualTo("is waiting");
        play.signal("word", "x");
        assertThat(Play.text(play.live.answer("state", Play.PAYLOADS.encode("is")))).isEqualTo("is x");
        assertThat(play.live.answer("unknown", Play.PAYLOADS.encode("is"))).isNull();
        assertThat(Play.text(play.evict().live.answer("state", Play.PAYLOADS.encode("is")))).isEqualTo("is x");
        play.signal("end", "");
        assertThat(play.result()).isEqualTo("x");
    }

    // ---- channels ----

    @Test
    void a_channel_takes_as_much_as_it_has_room_for_and_then_makes_the_sender_wait() {
        Play play = Play.of((ctx, input) -> {
            List<String> seen = new ArrayList<>();
            Channel<String> channel = ctx.channel(2);
            Promise<Void> sender = ctx.runAsync(fiber -> {
                for (String each : List.of("a", "b", "c", "d")) {
                    channel.send(each);
                    seen.add("sent " + each);
                }
                channel.close();
            });
            ctx.signals("go", String.class).receive();
            seen.add("full " + channel.trySend("x"));
            for (Optional<String> each = channel.receive(); each.isPresent(); each = channel.receive()) {
                seen.add("got " + each.get());
            }
            return seen + " " + sender.isReady() + channel.isClosed();
        });
        assertThat(play.waits()).containsExactly("main: signal go since 1000",
                "main/async-1: channel send since 1000");
        play.signal("go", "");
        assertThat(play.result()).startsWith("[sent a, sent b, full false, got a, got b, got c").endsWith("truetrue");
    }

    @Test
    void a_channel_without_room_hands_over_from_a_waiting_sender_or_to_a_waiting_receiver() {
        Play play = Play.of((ctx, input) -> {
            Channel<String> channel = ctx.channel(0);
            String nobody = "nobody there " + channel.trySend("lost") + channel.isReady();
            Promise<Optional<String>> receiver = ctx.async(fiber -> channel.receive());
            ctx.signals("go", String.class).receive();
            boolean taken = channel.trySend("x");
            boolean second = channel.trySend("y");
            String got = receiver.get().orElse("none");
            Promise<Void> sender = ctx.runAsync(fiber -> channel.send("z"));
            ctx.signals("go", String.class).receive();
            return nobody + ", " + taken + second + got + sender.isReady() + channel.isReady()
                    + channel.tryReceive().orElse("none") + channel.tryReceive().isPresent() + sender.await(
                            java.time.Duration.ZERO);
        });
        assertThat(play.waits()).contains("main/async-1: channel receive since 1000");
        play.signal("go", "");
        play.signal("go", "");
        assertThat(play.result()).isEqualTo("nobody there falsefalse, truefalsexfalsetruezfalsetrue");
    }

    @Test
    void receivers_of_a_channel_are_served_in_line_and_closing_wakes_all_of_them() {
        Play play = Play.of((ctx, input) -> {
            Channel<String> channel = ctx.channel(3);
            List<Promise<String>> receivers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                receivers.add(ctx.async(fiber -> number + channel.receive().orElse("-")));
            }
            ctx.signals("go", String.class).receive();
            channel.send("a");
            channel.send("b");
            String early = "" + channel.isReady() + channel.tryReceive();
            ctx.signals("close", String.class).receive();
            channel.close();
            return Promise.all(receivers).get() + early;
        });
        play.signal("go", "");
        assertThat(play.live.waits()).extracting(wait -> wait.fiber()).containsExactly("main", "main/async-3",
                "main/async-4");
        play.signal("close", "");
        assertThat(play.result()).isEqualTo("[0a, 1b, 2-, 3-]falseOptional.empty");
    }

    @Test
    void a_sender_that_is_cancelled_takes_its_value_along() {
        Play play = Play.of((ctx, input) -> {
            Channel<String> channel = ctx.channel(0);
            Promise<Void> sender = ctx.runAsync(fiber -> channel.send("x"));
            ctx.signals("go", String.class).receive();
            String before = "" + channel.isReady();
            sender.cancel();
            sender.await(java.time.Duration.ofMillis(1));
            return before + channel.isReady() + channel.tryReceive();
        });
        play.signal("go", "");
        play.later(1);
        assertThat(play.result()).isEqualTo("truefalseOptional.empty");
    }

    @Test
    void a_closed_channel_gives_what_it_has_and_refuses_more() {
        Play play = Play.of((ctx, input) -> {
            List<String> seen = new ArrayList<>();
            Channel<String> channel = ctx.channel(2);
            channel.send("a");
            channel.close();
            seen.add("" + channel.isReady() + channel.receive() + channel.receive() + channel.tryReceive());
            for (Runnable each : List.<Runnable>of(() -> channel.send("b"), () -> channel.trySend("b"))) {
                try {
                    each.run();
                } catch (ContextMisuseException refused) {
                    seen.add(refused.getMessage());
                }
            }
            return String.join("|", seen);
        });
        String refusal = "the channel is closed and takes no more values. Close a channel only after its last send";
        assertThat(play.result()).isEqualTo("trueOptional[a]Optional.emptyOptional.empty|" + refusal + "|" + refusal);
    }

    @Test
    void closing_a_channel_fails_the_senders_that_still_wait() {
        Play play = Play.of((ctx, input) -> {
            Channel<String> channel = ctx.channel(0);
            Promise<String> sender = ctx.async(fiber -> {
                try {
                    channel.send("x");
                    return "sent";
                } catch (ContextMisuseException refused) {
                    return refused.getMessage();
                }
            });
            ctx.signals("go", String.class).receive();
            channel.close();
            return channel.receive() + sender.get();
        });
        play.signal("go", "");
        assertThat(play.result()).isEqualTo("Optional.emptythe channel was closed while a value waited to be sent. "
                + "Close a channel only after its last send");
    }

    @Test
    void nothing_and_negative_room_are_refused_by_channels() {
        Play play = Play.of((ctx, input) -> {
            Channel<String> channel = ctx.channel(0);
            int refused = 0;
            for (Runnable each : List.<Runnable>of(() -> channel.send(null), () -> channel.trySend(null),
                    () -> ctx.channel(-1))) {
                try {
                    each.run();
                } catch (InvalidArgumentException refusal) {
                    refused++;
                }
            }
            return refused + " refused";
        });
        assertThat(play.result()).isEqualTo("3 refused");
    }

    @Test
    void a_send_without_room_returns_after_its_receiver_has_the_value() {
        Play play = Play.of((ctx, input) -> {
            List<String> seen = new ArrayList<>();
            Channel<String> channel = ctx.channel(0);
            ctx.async(fiber -> seen.add("got " + channel.receive().orElse("none")));
            ctx.signals("go", String.class).receive();
            channel.send("x");
            seen.add("sent " + channel.isClosed());
            return seen.toString();
        });
        play.signal("go", "");
        assertThat(play.result()).isEqualTo("[got x, sent false]");
    }

    @Test
    void a_signal_that_cannot_be_read_sticks_the_run() {
        Play play = Play.of((ctx, input) -> ctx.signals("word", String.class).receive());
        play.hear(new Arrival.SignalReceived("word", new Payload("lost", new byte[] {1}), "id"));
        assertThat(play.live.stuck().text()).startsWith("a signal 'word' at entry 3 of run 'run-1' cannot be read: ");
    }

    @Test
    void a_receiver_whose_time_is_up_lets_the_one_behind_it_move_up() {
        Play play = Play.of((ctx, input) -> {
            var words = ctx.signals("word", String.class);
            Promise<Boolean> first = ctx.async(fiber -> words.receive(java.time.Duration.ofMillis(5)).isPresent());
            Promise<String> second = ctx.async(fiber -> words.receive());
            return first.get() + second.get();
        });
        play.later(5);
        play.signal("word", "x");
        assertThat(play.result()).isEqualTo("falsex");
    }
}
