// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.terminal;

import dev.perdure.Failure;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.engine.RunView;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Command;
import dev.perdure.journal.Event;
import dev.perdure.journal.Unit;
import dev.perdure.journal.Wait;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Values that users write, and everything that programs read. Times are ISO 8601 in UTC; absent things are null. */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .defaultPrettyPrinter(new DefaultPrettyPrinter(
                    Separators.createDefaultInstance().withObjectNameValueSpacing(Separators.Spacing.AFTER)))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private Json() {
    }

    // ---- what users write ----

    /**
     * A value from the command line. It is passed on as it was written, so that no digit is lost on the way.
     *
     * @param text JSON, or {@code @FILE} that contains some, or {@code -} for standard input
     * @return what the JSON codec would have written
     * @throws InvalidArgumentException if it is not JSON, with a hint at quotes
     */
    public static Payload payload(String text) {
        String json = text.equals("-") || text.startsWith("@") ? content(text) : text;
        JsonNode value;
        try {
            value = MAPPER.readTree(json);
        } catch (JacksonException notJson) {
            throw new InvalidArgumentException("'" + text + "' is not JSON: "
                    + notJson.getOriginalMessage().lines().findFirst().orElse("")
                    + ". Text needs double quotes of its own: '\"like this\"'");
        }
        return value.isNull() || value.isMissingNode() ? Payload.NONE
                : new Payload("json", json.strip().getBytes(StandardCharsets.UTF_8));
    }

    private static String content(String source) {
        try {
            return source.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(source.substring(1)));
        } catch (IOException unreadable) {
            throw new InvalidArgumentException("cannot read " + (source.equals("-") ? "standard input"
                    : source.substring(1)) + ": " + unreadable.getMessage());
        }
    }

    // ---- what programs read ----

    /**
     * An object to be filled.
     *
     * @return empty
     */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /**
     * A list to be filled.
     *
     * @return empty
     */
    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /**
     * An object with a list in it, so that something else can be said beside it one day.
     *
     * @param name of the list
     * @param all what is in it
     * @param each how one of them reads
     * @param <T> what they are
     * @return with nothing but the list
     */
    public static <T> ObjectNode list(String name, Collection<? extends T> all, Function<T, JsonNode> each) {
        ObjectNode json = object();
        ArrayNode list = json.putArray(name);
        all.forEach(one -> list.add(each.apply(one)));
        return json;
    }

    /**
     * A document.
     *
     * @param value its root
     * @return indented, without a line feed at the end
     */
    public static String text(JsonNode value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * A run.
     *
     * @param run as the store sees it
     * @return an object
     */
    public static ObjectNode of(RunView run) {
        ObjectNode json = object().put("runId", run.runId()).put("incarnation", run.incarnation().toString())
                .put("workflow", run.workflow()).put("status", run.status().name())
                .put("createdAt", run.createdAt().toString()).put("changedAt", run.changedAt().toString())
                .put("wakeAt", run.wakeAt().map(Instant::toString).orElse(null));
        ArrayNode waits = json.putArray("waits");
        for (Wait wait : run.waits()) {
            waits.addObject().put("kind", wait.kind()).put("name", wait.name().isEmpty() ? null : wait.name())
                    .put("fiber", wait.fiber()).put("since", time(wait.since())).put("until", time(wait.due()));
        }
        return json.put("problem", run.problem().isEmpty() ? null : run.problem())
                .put("owner", run.owner().map(Object::toString).orElse(null)).put("recoveries", run.recoveries())
                .put("unread", run.unread());
    }

    /**
     * A journal: a list of its entries.
     *
     * @param units in order
     * @return an object for each entry
     */
    public static ArrayNode of(List<Unit> units) {
        ArrayNode entries = array();
        for (Unit unit : units) {
            entries.add(entry(unit.seq(), unit.at(), unit.arrival()));
            long seq = unit.seq();
            for (Command command : unit.commands()) {
                seq++;
                entries.add(entry(seq, unit.at(), command));
            }
        }
        return entries;
    }

    private static ObjectNode entry(long seq, long at, Event event) {
        ObjectNode json = object().put("seq", seq).put("at", time(at)).put("event", event.wireName())
                .put("family", event instanceof Arrival ? "arrival" : "command");
        // Every event is a record whose components are its content, so a new kind of event needs nothing here.
        for (RecordComponent component : event.getClass().getRecordComponents()) {
            // The journal's own word for a position is "at", which is the time here.
            String name = component.getName().equals("at") ? "position" : component.getName();
            try {
                json.set(name, content(name, component.getAccessor().invoke(event)));
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException("cannot read " + component, impossible);
            }
        }
        return json;
    }

    private static JsonNode content(String name, @Nullable Object value) {
        return switch (value) {
            case null -> MAPPER.nullNode();
            case Payload payload -> of(payload);
            case Failure failure -> of(failure);
            case Long instant when name.equals("due") -> MAPPER.valueToTree(time(instant));
            case Number number -> MAPPER.valueToTree(number);
            default -> MAPPER.valueToTree(value.toString());
        };
    }

    /**
     * A stored value.
     *
     * @param payload as it is stored
     * @return the value itself if it is JSON; otherwise the codec's id and the bytes
     */
    public static JsonNode of(Payload payload) {
        if (payload.isNone()) {
            return MAPPER.nullNode();
        }
        if (payload.codec().equals("json")) {
            return MAPPER.readTree(payload.bytes());
        }
        return object().put("codec", payload.codec()).put("bytes", payload.bytes());
    }

    private static JsonNode of(Failure failure) {
        ObjectNode json = object().put("type", failure.type()).put("message", failure.message())
                .put("trace", failure.trace());
        json.set("details", of(failure.details()));
        json.set("cause", failure.cause() == null ? MAPPER.nullNode() : of(failure.cause()));
        return json;
    }

    private static @Nullable String time(long millis) {
        return millis == Long.MAX_VALUE ? null : Instant.ofEpochMilli(millis).toString();
    }
}
