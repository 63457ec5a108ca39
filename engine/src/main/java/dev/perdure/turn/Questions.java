// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.DuplicateNameException;
import dev.perdure.Payload;
import dev.perdure.Payloads;
import dev.perdure.TypeRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The queries that the code answers. */
final class Questions {

    private record Question(Class<?> type, Function<Object, ?> answer) {
    }

    private final Map<String, Question> byName = new LinkedHashMap<>(0);

    void add(String name, Class<?> type, Function<Object, ?> answer) {
        if (byName.putIfAbsent(name, new Question(type, answer)) != null) {
            throw new DuplicateNameException("query", name);
        }
    }

    /** Null if there is no such query. */
    @Nullable Payload answer(String name, Payload question, Payloads payloads) {
        Question asked = byName.get(name);
        return asked == null ? null
                : payloads.encode(asked.answer().apply(payloads.decode(question, TypeRef.of(asked.type()))));
    }
}
