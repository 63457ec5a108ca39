// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The one way values become payloads and payloads values: a codec, the transforms behind it, and a limit of size.
 *
 * <p>Immutable and safe for all threads.
 */
public final class Payloads {

    /** The limit without another setting: 2 MiB. */
    public static final int DEFAULT_LIMIT = 2 * 1024 * 1024;

    private final Codec codec;
    private final Map<String, Codec> readers = new LinkedHashMap<>();
    private final List<PayloadTransform> transforms;
    private final Map<String, PayloadTransform> transformsById = new LinkedHashMap<>();
    private final String tag;
    private final int limit;

    /**
     * Puts the parts together.
     *
     * @param codec writes new payloads and reads its own
     * @param readers further codecs that only read what they wrote in the past
     * @param transforms applied in this order after the codec
     * @param limit the most bytes a payload may have, after the transforms
     */
    public Payloads(Codec codec, List<Codec> readers, List<PayloadTransform> transforms, int limit) {
        this.codec = codec;
        readers.forEach(reader -> this.readers.put(reader.id(), reader));
        this.readers.put(codec.id(), codec);
        this.transforms = List.copyOf(transforms);
        StringBuilder written = new StringBuilder(codec.id());
        for (PayloadTransform transform : transforms) {
            transformsById.put(transform.id(), transform);
            written.append('+').append(transform.id());
        }
        this.tag = written.toString();
        this.limit = limit;
    }

    /**
     * The codec on the class path, without transforms, with the default limit.
     *
     * @return a new instance
     * @throws CodecException if there is none, or more than one
     */
    public static Payloads found() {
        return new Payloads(find(), List.of(), List.of(), DEFAULT_LIMIT);
    }

    /**
     * The one codec on the class path or module path.
     *
     * @return the codec
     * @throws CodecException if there is none, or more than one; the message names the fix
     */
    public static Codec find() {
        List<Codec> found = new ArrayList<>();
        ServiceLoader.load(Codec.class, Payloads.class.getClassLoader()).forEach(found::add);
        if (found.isEmpty()) {
            ServiceLoader.load(Codec.class).forEach(found::add);
        }
        if (found.isEmpty()) {
            throw new CodecException("there is no codec on the class path. Add the dependency "
                    + "dev.perdure:perdure-jackson, or give your own with .codec(…)", null);
        }
        if (found.size() > 1) {
            throw new CodecException("there are " + found.size() + " codecs on the class path: "
                    + found.stream().map(each -> each.id() + " (" + each.getClass().getName() + ")").toList()
                    + ". Choose one with .codec(…); the others may still read with .alsoReads(…)", null);
        }
        return found.get(0);
    }

    /**
     * Makes a payload of a value.
     *
     * @param value the value, or null; a {@link Payload} is taken for encoded already
     * @param type its declared type
     * @return {@link Payload#NONE} for null
     * @throws CodecException if it cannot be written
     * @throws PayloadTooLargeException if it is over the limit
     */
    public Payload encode(@Nullable Object value, TypeRef<?> type) {
        if (value == null) {
            return Payload.NONE;
        }
        if (value instanceof Payload encoded) {
            return encoded;
        }
        byte[] bytes = codec.encode(value, type);
        for (PayloadTransform transform : transforms) {
            bytes = transform.apply(bytes);
        }
        if (bytes.length > limit) {
            throw new PayloadTooLargeException(type, bytes.length, limit);
        }
        return new Payload(tag, bytes);
    }

    /**
     * Makes a payload of a value whose class is all that is known of its type.
     *
     * @param value the value, or null
     * @return {@link Payload#NONE} for null
     * @throws CodecException if it cannot be written
     * @throws PayloadTooLargeException if it is over the limit
     */
    public Payload encode(@Nullable Object value) {
        return value == null ? Payload.NONE : encode(value, TypeRef.of(value.getClass()));
    }

    /**
     * Makes a value of a payload, whoever wrote it.
     *
     * @param payload the payload
     * @param type the declared type; if that is {@link Payload}, the payload itself is the value
     * @param <T> the same
     * @return the value, null for {@link Payload#NONE}
     * @throws CodecException if nobody here can read it, or it does not fit the type
     */
    @SuppressWarnings("unchecked")
    public <T> @Nullable T decode(Payload payload, TypeRef<T> type) {
        if (type.rawClass() == Payload.class) {
            return (T) payload;
        }
        if (payload.isNone()) {
            return null;
        }
        if (transforms.isEmpty() && payload.codec().equals(tag)) {
            return codec.decode(payload.bytes(), type);
        }
        String[] parts = payload.codec().split("\\+");
        byte[] bytes = payload.bytes();
        for (int i = parts.length - 1; i > 0; i--) {
            bytes = known(transformsById, parts[i], payload, ".transform(…)").revert(bytes);
        }
        return known(readers, parts[0], payload, ".alsoReads(…)").decode(bytes, type);
    }

    private static <V> V known(Map<String, V> all, String id, Payload payload, String remedy) {
        V found = all.get(id);
        if (found == null) {
            throw new CodecException("a payload was written by '" + payload.codec() + "' and nothing here reads '" + id
                    + "' (there is " + all.keySet() + "). Add what wrote it with " + remedy, null);
        }
        return found;
    }

    /**
     * Encodes the input of a workflow or an activity.
     *
     * @param definition whose
     * @param input of its input type
     * @return its bytes
     * @throws WrongTypeException if it is of another class
     * @throws PerdureException as {@link #encode(Object)}
     */
    public Payload encodeInput(Definition<?, ?> definition, @Nullable Object input) {
        if (!definition.input().accepts(input)) {
            String kind = definition instanceof Activity ? "activity" : "workflow";
            throw new WrongTypeException("the input of " + kind + " '" + definition.name() + "'", definition.input(),
                    input);
        }
        return encode(input, definition.input());
    }

    /**
     * Encodes the value of a signal.
     *
     * @param name the signal's name, for the message
     * @param value not null; a {@link Payload} is taken for encoded already
     * @return its bytes
     * @throws InvalidArgumentException if there is no value
     * @throws PerdureException as {@link #encode(Object)}
     */
    public Payload encodeSignal(String name, @Nullable Object value) {
        if (value == null) {
            throw new InvalidArgumentException("signal '" + name
                    + "' has no value: null cannot be told from no signal. Send true if there is nothing to say");
        }
        return value instanceof Payload encoded ? encoded : encode(value);
    }

    /**
     * Encodes the value of an event that is made known to all.
     *
     * @param name the event's name, for the message
     * @param value not null
     * @return its bytes
     * @throws InvalidArgumentException if there is no value
     * @throws PerdureException as {@link #encode(Object)}
     */
    public Payload encodeFact(String name, @Nullable Object value) {
        if (value == null) {
            throw new InvalidArgumentException("event '" + name
                    + "' has no value: null cannot be told from no event. Give true if there is nothing to say");
        }
        return value instanceof Payload encoded ? encoded : encode(value);
    }
}
