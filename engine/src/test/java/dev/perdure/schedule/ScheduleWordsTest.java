// SPDX-License-Identifier: Apache-2.0
package dev.perdure.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.CodecException;
import dev.perdure.Payload;
import dev.perdure.Rhythm;
import dev.perdure.Schedule;
import dev.perdure.StartOptions;
import dev.perdure.schedule.ScheduleState.Counts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How schedules are written down. */
class ScheduleWordsTest {

    private static final Payload INPUT = new Payload("json+aes", "\"ä\"".getBytes(StandardCharsets.UTF_8));

    private static final Plan BY_CRON = new Plan(Schedule.cron("nightly", "30 2 * * *", ZoneId.of("Europe/Berlin"))
            .overlap(Schedule.Overlap.QUEUE_ALL).catchUp(Duration.ofDays(2)).jitter(Duration.ofMillis(1_500))
            .startOptions(StartOptions.none().header("trace", "t-1").header("b", "").attribute("team", "shop")
                    .queue("reports").key("acme").priority(-2).finishWithin(Duration.ofHours(2))), "report", INPUT);

    private static final Plan BY_INTERVAL = new Plan(Schedule.of("tidy", new Rhythm.Interval(Duration.ofHours(6),
            Duration.ofHours(1))), "tidy", Payload.NONE);

    @Test
    void d9_a_state_is_read_as_it_was_written() {
        for (Plan plan : List.of(BY_CRON, BY_INTERVAL)) {
            ScheduleState state = new ScheduleState(plan, 1, 2, "painting", List.of(3L, 4L), List.of(-5L),
                    List.of("nightly:1", "ü"), new Counts(6, 7, 8), "no luck");
            assertThat(ScheduleState.decode(state.encode())).isEqualTo(state);
        }
    }

    @Test
    void d9_an_order_is_read_as_it_was_written() {
        for (Order order : List.of(new Order.Replace(BY_CRON), new Order.Pause("why"), new Order.Resume(),
                new Order.Trigger("id"), new Order.Backfill(List.of(1L, 2L)))) {
            assertThat(Order.decode(order.encode())).isEqualTo(order);
        }
    }

    /** What builds of the past have written. If this fails, give the new form a new number and read all. */
    @Test
    void f9_d9_each_form_is_read_for_ever_and_the_latest_is_written() {
        String before = "0000000000000004" + "74696479" + "0000000000000001" + "000000000036ee80" + "0000000000000000"
                + "0000000000000004" + "534b4950" + "000000000036ee80" + "0000000000000000" + "0000000000000000"
                + "0000000000000000";
        String after = "0000000000000001" + "77" + "0000000000000000" + "0000000000000000" + "0000000000000005"
                + "7fffffffffffffff" + "0000000000000000".repeat(8);
        byte[] first = HexFormat.of().parseHex("0000000000000001" + before + after);
        byte[] second = HexFormat.of().parseHex("0000000000000002" + before + "0000000000000000".repeat(3)
                + "ffffffffffffffff".repeat(2) + after);
        Plan plan = new Plan(Schedule.every("tidy", Duration.ofHours(1)), "w", Payload.NONE);
        for (byte[] written : List.of(first, second)) {
            assertThat(ScheduleState.decode(new Payload("perdure", written))).isEqualTo(ScheduleState.begin(plan, 5));
        }
        assertThat(ScheduleState.begin(plan, 5).encode().bytes()).isEqualTo(second);
    }

    @Test
    void d9_what_is_no_word_of_a_schedule_is_refused_wherever_it_is_cut() {
        Payload whole = ScheduleState.begin(BY_CRON, 5).encode();
        for (int length = 0; length < whole.bytes().length; length++) {
            Payload cut = new Payload(whole.codec(), Arrays.copyOf(whole.bytes(), length));
            assertThatThrownBy(() -> ScheduleState.decode(cut)).isInstanceOf(CodecException.class);
        }
        assertThatThrownBy(() -> Order.decode(INPUT)).isInstanceOf(CodecException.class)
                .hasMessageContaining("client.schedules()");
        assertThatThrownBy(() -> Order.decode(new Words.Writer().number(99).payload()))
                .isInstanceOf(CodecException.class).hasMessageContaining("99");
    }
}
