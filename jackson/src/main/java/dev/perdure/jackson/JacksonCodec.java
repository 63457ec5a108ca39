// SPDX-License-Identifier: Apache-2.0
package dev.perdure.jackson;

import dev.perdure.Codec;
import dev.perdure.CodecException;
import dev.perdure.TypeRef;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values as JSON, by Jackson: the codec that is found when none is configured.
 *
 * <p>Records, beans, enums, collections, {@code Optional} and {@code java.time} need nothing. Times are ISO 8601 text,
 * with the offset or zone they were written with. Stored values outlive the code that wrote them, so a property that
 * the type no longer has is passed over, and one that the bytes do not have yet gets its default: null, an empty
 * {@code Optional}, zero or false. A class without any property is refused, because it would come back empty.
 *
 * <p>No class name is written and none is read: a type that stands for several needs Jackson's own annotations, with
 * names that are stable. In a named module, open the packages of your types to {@code tools.jackson.databind}.
 *
 * <p>One instance serves all threads.
 */
public final class JacksonCodec implements Codec {

    /** The most characters of a stored value that an error message quotes. */
    private static final int QUOTED = 200;

    private final JsonMapper mapper;

    // Looking up how a type is read and written costs more than reading and writing a small value.
    private final ConcurrentMap<TypeRef<?>, Binding> bindings = new ConcurrentHashMap<>();

    /** How one type is read and written. */
    private record Binding(ObjectReader reader, ObjectWriter writer) {}

    /** Makes the codec with the settings described above; this is what {@link java.util.ServiceLoader} calls. */
    public JacksonCodec() {
        this(defaults().build());
    }

    /**
     * Makes a codec of your own mapper, used as it is. Start from {@link #defaults()} to add modules or mix-ins to the
     * usual settings.
     *
     * @param mapper with settings that can still read what is stored
     */
    public JacksonCodec(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * The usual settings, to be extended.
     *
     * @return a new builder at each call
     */
    public static JsonMapper.Builder defaults() {
        return JsonMapper.builder()
                // Reading what an older or newer form of the type wrote.
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                // What is read must be what was written.
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
                        DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
                // The name of a constant is its identity; what toString says is for people and may change.
                .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING);
    }

    @Override
    public String id() {
        return "json";
    }

    @Override
    public byte[] encode(Object value, TypeRef<?> type) {
        try {
            return binding(type).writer().writeValueAsBytes(value);
        } catch (JacksonException | InaccessibleObjectException e) {
            throw new CodecException("cannot write a value of " + value.getClass().getName() + " as JSON for the type "
                    + type + ": " + said(e) + ". " + remedy(e, value.getClass()), e);
        }
    }

    @Override
    public <T> T decode(byte[] bytes, TypeRef<T> type) {
        T value;
        try {
            value = binding(type).reader().readValue(bytes);
        } catch (JacksonException | InaccessibleObjectException e) {
            throw new CodecException("cannot read a value of the type " + type + " from " + quote(bytes) + ": "
                    + said(e) + ". " + remedy(e, type.rawClass()), e);
        }
        if (value == null) {
            throw new CodecException("cannot read a value of the type " + type
                    + ": the JSON says null, which this codec never writes", null);
        }
        return value;
    }

    private Binding binding(TypeRef<?> type) {
        Binding known = bindings.get(type);
        return known != null ? known : bindings.computeIfAbsent(type, this::bind);
    }

    private Binding bind(TypeRef<?> type) {
        JavaType javaType = mapper.constructType(type.type());
        return new Binding(mapper.readerFor(javaType), mapper.writerFor(javaType));
    }

    private static String said(Exception e) {
        return e instanceof JacksonException jackson ? jackson.getOriginalMessage() + path(jackson) : e.getMessage();
    }

    private static String path(JacksonException e) {
        return e.getPath().isEmpty() ? "" : " (at " + e.getPathReference() + ")";
    }

    private static String remedy(Exception e, Class<?> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalAccessException || cause instanceof InaccessibleObjectException) {
                return "A module keeps Jackson out: say \"opens " + type.getPackageName()
                        + " to tools.jackson.databind;\" in module-info.java, and the same for the types inside it";
            }
        }
        return "Use a record or a class that Jackson can read and write, or give a mapper that can: "
                + ".codec(new JacksonCodec(JacksonCodec.defaults().….build()))";
    }

    private static String quote(byte[] bytes) {
        String text = new String(bytes, 0, Math.min(bytes.length, QUOTED), StandardCharsets.UTF_8);
        return bytes.length > QUOTED ? text + "… (" + bytes.length + " bytes)" : text;
    }
}
