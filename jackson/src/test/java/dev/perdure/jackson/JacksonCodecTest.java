// SPDX-License-Identifier: Apache-2.0
package dev.perdure.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.Codec;
import dev.perdure.CodecException;
import dev.perdure.Payloads;
import dev.perdure.TypeRef;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.PropertyNamingStrategies;

class JacksonCodecTest {

    enum Size {
        SMALL, LARGE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record Item(String sku, int count, BigDecimal price) {}

    record Order(String id, List<Item> items, Optional<String> note, Instant placed, Size size) {}

    record Pair<A, B>(A first, B second) {}

    record Nothing() {}

    record Grown(String id, boolean express, int weight, long stamp, double rate, Optional<String> note,
            OptionalInt floor, List<String> tags) {}

    static class Bean {
        private String name = "unnamed";

        public String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }
    }

    /** Keeps what it holds to itself. */
    static class Closed {
        private final String secret;

        Closed(String secret) {
            this.secret = secret;
        }

        @Override
        public String toString() {
            return secret;
        }
    }

    private final Codec codec = new JacksonCodec();

    static Stream<Arguments> values() {
        return Stream.of(
                value(new TypeRef<String>() {}, "ü \" \n €𝄞"),
                value(new TypeRef<Integer>() {}, 42),
                value(new TypeRef<Long>() {}, Long.MIN_VALUE),
                value(new TypeRef<Double>() {}, 0.1),
                value(new TypeRef<Boolean>() {}, true),
                value(new TypeRef<BigDecimal>() {}, new BigDecimal("12345678901234567890.120")),
                value(new TypeRef<byte[]>() {}, new byte[] {0, -1, 127}),
                value(new TypeRef<Size>() {}, Size.LARGE),
                value(new TypeRef<UUID>() {}, new UUID(1, 2)),
                value(new TypeRef<Nothing>() {}, new Nothing()),
                value(new TypeRef<Instant>() {}, Instant.parse("2026-02-28T23:59:59.123456789Z")),
                value(new TypeRef<Duration>() {}, Duration.ofSeconds(90_061, 1)),
                value(new TypeRef<LocalDate>() {}, LocalDate.of(2024, 2, 29)),
                value(new TypeRef<OffsetDateTime>() {}, OffsetDateTime.parse("2026-01-01T10:00:00+05:30")),
                value(new TypeRef<ZonedDateTime>() {}, ZonedDateTime.parse("2026-10-25T02:30:00+01:00[Europe/Berlin]")),
                value(new TypeRef<Optional<String>>() {}, Optional.of("here")),
                value(new TypeRef<Optional<String>>() {}, Optional.empty()),
                value(new TypeRef<List<Item>>() {}, List.of(item())),
                value(new TypeRef<Map<String, List<Item>>>() {}, Map.of("all", List.of(item(), item()))),
                value(new TypeRef<Set<LocalDate>>() {}, Set.of(LocalDate.EPOCH)),
                value(new TypeRef<Pair<Item, Optional<Size>>>() {}, new Pair<>(item(), Optional.of(Size.SMALL))),
                value(new TypeRef<Order>() {}, order()));
    }

    private static <T> Arguments value(TypeRef<T> type, T value) {
        return Arguments.of(type, value);
    }

    private static Item item() {
        return new Item("4711", 2, new BigDecimal("9.90"));
    }

    private static Order order() {
        return new Order("order-1", List.of(item()), Optional.empty(), Instant.EPOCH, Size.SMALL);
    }

    @ParameterizedTest
    @MethodSource("values")
    void what_is_written_comes_back_equal(TypeRef<?> type, Object value) {
        assertThat((Object) codec.decode(codec.encode(value, type), type)).isEqualTo(value);
    }

    @Test
    void what_is_written_is_readable_and_stays_as_it_is() {
        assertThat(json(order(), TypeRef.of(Order.class))).isEqualTo("{\"id\":\"order-1\",\"items\":[{\"sku\":\"4711\","
                + "\"count\":2,\"price\":9.90}],\"note\":null,\"placed\":\"1970-01-01T00:00:00Z\",\"size\":\"SMALL\"}");
    }

    @Test
    void a_time_is_iso_text() {
        assertThat(json(Duration.ofHours(24), TypeRef.of(Duration.class))).isEqualTo("\"PT24H\"");
        assertThat(json(LocalDate.of(2026, 1, 2), TypeRef.of(LocalDate.class))).isEqualTo("\"2026-01-02\"");
    }

    @Test
    void an_enum_constant_is_stored_by_name_whatever_its_toString_says() {
        assertThat(json(Size.LARGE, TypeRef.of(Size.class))).isEqualTo("\"LARGE\"");
    }

    @Test
    void a_property_that_the_type_no_longer_has_is_passed_over() {
        assertThat(read("{\"sku\":\"1\",\"color\":{\"red\":[1,2]},\"count\":3,\"price\":1}", TypeRef.of(Item.class)))
                .isEqualTo(new Item("1", 3, BigDecimal.ONE));
    }

    @Test
    void a_property_that_the_bytes_do_not_have_yet_gets_its_default() {
        assertThat(read("{\"id\":\"1\"}", TypeRef.of(Grown.class)))
                .isEqualTo(new Grown("1", false, 0, 0L, 0.0, Optional.empty(), OptionalInt.empty(), null));
        assertThat(read("{}", TypeRef.of(Bean.class)).getName()).isEqualTo("unnamed");
    }

    @Test
    void a_bean_is_read_and_written_by_its_properties() {
        Bean bean = new Bean();
        bean.setName("Ada");
        assertThat(json(bean, TypeRef.of(Bean.class))).isEqualTo("{\"name\":\"Ada\"}");
        assertThat(read("{\"name\":\"Ada\"}", TypeRef.of(Bean.class)).getName()).isEqualTo("Ada");
    }

    @Test
    void a_class_that_hides_everything_is_refused_with_a_remedy() {
        assertThatThrownBy(() -> codec.encode(new Closed("x"), TypeRef.of(Closed.class)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining(Closed.class.getName())
                .hasMessageContaining("Use a record");
    }

    @Test
    void a_type_that_its_module_keeps_closed_is_refused_with_a_remedy() {
        assertThatThrownBy(() -> read("{}", TypeRef.of(Runtime.class)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("opens java.lang to tools.jackson.databind;");
    }

    @Test
    void a_value_that_cannot_be_written_is_reported_with_the_place_inside_it() {
        Pair<String, Object> pair = new Pair<>("a", new Closed("x"));
        assertThatThrownBy(() -> codec.encode(pair, new TypeRef<Pair<String, Object>>() {}))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("second");
    }

    @Test
    void a_value_that_holds_itself_is_refused() {
        Object[] ring = new Object[1];
        ring[0] = ring;
        assertThatThrownBy(() -> codec.encode(ring, TypeRef.of(Object[].class))).isInstanceOf(CodecException.class);
    }

    @Test
    void bytes_that_do_not_fit_the_type_are_reported_with_both_sides_and_the_place() {
        assertThatThrownBy(() -> read("{\"sku\":\"1\",\"count\":\"many\",\"price\":1}", TypeRef.of(Item.class)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining(Item.class.getName())
                .hasMessageContaining("\"count\":\"many\"")
                .hasMessageContaining("[\"count\"]");
    }

    @Test
    void bytes_that_are_not_json_are_reported_and_quoted_in_part() {
        assertThatThrownBy(() -> read("x".repeat(10_000), TypeRef.of(Item.class)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("xxx… (10000 bytes)")
                .hasMessageNotContaining("x".repeat(1_000));
        assertThatThrownBy(() -> read("", TypeRef.of(Item.class))).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> read("{}{}", TypeRef.of(Item.class))).isInstanceOf(CodecException.class);
    }

    @Test
    void a_null_is_never_returned() {
        assertThatThrownBy(() -> read("null", TypeRef.of(Item.class)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("null");
    }

    @Test
    void a_class_name_in_stored_data_is_never_loaded() {
        assertThat(read("{\"@class\":\"javax.swing.JFrame\",\"a\":1}", TypeRef.of(Object.class)))
                .isEqualTo(Map.of("@class", "javax.swing.JFrame", "a", 1));
    }

    @Test
    void a_mapper_of_the_users_own_is_used_as_it_is() {
        Codec snake = new JacksonCodec(
                JacksonCodec.defaults().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build());
        record Named(String firstName) {}
        byte[] bytes = snake.encode(new Named("Ada"), TypeRef.of(Named.class));
        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("{\"first_name\":\"Ada\"}");
        assertThat(snake.decode(bytes, TypeRef.of(Named.class))).isEqualTo(new Named("Ada"));
    }

    @Test
    void one_codec_serves_many_threads() throws Exception {
        List<Callable<Order>> readers = IntStream.range(0, 1_000).<Callable<Order>>mapToObj(i -> () ->
                codec.decode(codec.encode(order(), TypeRef.of(Order.class)), TypeRef.of(Order.class))).toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var read : threads.invokeAll(readers)) {
                assertThat(read.get()).isEqualTo(order());
            }
        }
    }

    @Test
    void it_is_found_where_none_is_configured() {
        assertThat(Payloads.find()).isInstanceOf(JacksonCodec.class);
        assertThat(ServiceLoader.load(Codec.class).findFirst()).get().extracting(Codec::id).isEqualTo("json");
    }

    private String json(Object value, TypeRef<?> type) {
        return new String(codec.encode(value, type), StandardCharsets.UTF_8);
    }

    private <T> T read(String json, TypeRef<T> type) {
        return codec.decode(json.getBytes(StandardCharsets.UTF_8), type);
    }
}
