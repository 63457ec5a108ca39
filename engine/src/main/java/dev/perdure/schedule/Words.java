// SPDX-License-Identifier: Apache-2.0
package dev.perdure.schedule;

import dev.perdure.CodecException;
import dev.perdure.Durations;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.Rhythm;
import dev.perdure.Schedule;
import dev.perdure.StartOptions;
import java.nio.ByteBuffer;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How schedules are written down: by themselves and not by a codec, because codecs are the users' and know the users'
 * types. Numbers of eight octets and texts with their length, in the order of the records, after the number of the
 * form. A form that was ever released is read for ever.
 */
final class Words {

    /** The id of the codec of these payloads. */
    static final String CODEC = "perdure";

    /** The first form knew headers and attributes only of what runs are started with. */
    private static final int FIRST_FORM = 1;
    private static final int FORM = 2;
    private static final long NO_SPAN = -1;

    private Words() {
    }

    /** Writes one after the other. */
    static final class Writer {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Writer() {
            number(FORM);
        }

        Payload payload() {
            return new Payload(CODEC, out.toByteArray());
        }

        Writer number(long number) {
            out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
            return this;
        }

        Writer numbers(List<Long> numbers) {
            number(numbers.size());
            numbers.forEach(this::number);
            return this;
        }

        Writer text(String text) {
            return bytes(text.getBytes(StandardCharsets.UTF_8));
        }

        Writer texts(List<String> texts) {
            number(texts.size());
            texts.forEach(this::text);
            return this;
        }

        private Writer bytes(byte[] bytes) {
            number(bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        Writer plan(Plan plan) {
            Schedule schedule = plan.schedule();
            text(schedule.name());
            switch (schedule.rhythm()) {
                case Rhythm.Cron cron -> number(0).text(cron.expression()).text(cron.zone().getId());
                case Rhythm.Interval interval -> number(1).number(interval.every().toMillis())
                        .number(interval.offset().toMillis());
            }
            text(schedule.overlap().name()).number(schedule.catchUp().toMillis()).number(schedule.jitter().toMillis());
            options(schedule.startOptions());
            return text(plan.workflow()).text(plan.input().codec()).bytes(plan.input().bytes());
        }

        private void options(StartOptions options) {
            StartOptions.Line line = options.line();
            map(options.headers()).map(options.attributes());
            text(line.queue()).text(line.key()).number(line.priority());
            span(options.limits().start()).span(options.limits().end());
        }

        private Writer span(@Nullable Duration span) {
            return number(span == null ? NO_SPAN : Durations.ceilMillis(span));
        }

        private Writer map(Map<String, String> map) {
            number(map.size());
            map.forEach((name, value) -> text(name).text(value));
            return this;
        }
    }

    /** Reads the same again. */
    static final class Reader {

        private final ByteBuffer in;
        private final long form;

        Reader(Payload payload) {
            if (!payload.codec().equals(CODEC)) {
                throw new CodecException("what a schedule was told was written by the codec '" + payload.codec()
                        + "', not by Perdure itself. Speak to schedules through client.schedules()", null);
            }
            in = ByteBuffer.wrap(payload.bytes());
            form = number();
            if (form != FIRST_FORM && form != FORM) {
                throw unreadable("form " + form);
            }
        }

        CodecException unreadable(String what) {
            return new CodecException("a schedule was written down as " + what + ", which this build of Perdure does "
                    + "not know. Use the one that wrote it, or a newer one", null);
        }

        long number() {
            try {
                return in.getLong();
            } catch (BufferUnderflowException cut) {
                throw new CodecException("what was written of a schedule ends in the middle", cut);
            }
        }

        List<Long> numbers() {
            List<Long> numbers = new ArrayList<>();
            for (long left = number(); left > 0; left--) {
                numbers.add(number());
            }
            return numbers;
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        List<String> texts() {
            List<String> texts = new ArrayList<>();
            for (long left = number(); left > 0; left--) {
                texts.add(text());
            }
            return texts;
        }

        private byte[] bytes() {
            long length = number();
            if (length < 0 || length > in.remaining()) {
                throw new CodecException("what was written of a schedule ends in the middle", null);
            }
            byte[] bytes = new byte[(int) length];
            in.get(bytes);
            return bytes;
        }

        Plan plan() {
            try {
                String name = text();
                Rhythm rhythm = number() == 0 ? new Rhythm.Cron(text(), ZoneId.of(text()))
                        : new Rhythm.Interval(Duration.ofMillis(number()), Duration.ofMillis(number()));
                Schedule schedule = new Schedule(name, rhythm, Schedule.Overlap.valueOf(text()),
                        Duration.ofMillis(number()), Duration.ofMillis(number()), options());
                String workflow = text();
                String codec = text();
                byte[] input = bytes();
                return new Plan(schedule, workflow, codec.isEmpty() ? Payload.NONE : new Payload(codec, input));
            } catch (DateTimeException | InvalidArgumentException | IllegalArgumentException unknown) {
                throw new CodecException("a schedule cannot be read here: " + unknown.getMessage(), unknown);
            }
        }

        private StartOptions options() {
            StartOptions none = StartOptions.none();
            Map<String, String> headers = map();
            Map<String, String> attributes = map();
            boolean isFirst = form == FIRST_FORM;
            return new StartOptions(null, none.policy(), null, null, headers, attributes, List.of(),
                    none.whenParentEnds(),
                    isFirst ? none.line() : new StartOptions.Line(text(), text(), (int) number()),
                    isFirst ? none.limits() : new StartOptions.Limits(span(), span()));
        }

        private @Nullable Duration span() {
            long millis = number();
            return millis == NO_SPAN ? null : Duration.ofMillis(millis);
        }

        private Map<String, String> map() {
            Map<String, String> map = new LinkedHashMap<>();
            for (long left = number(); left > 0; left--) {
                map.put(text(), text());
            }
            return map;
        }
    }
}
