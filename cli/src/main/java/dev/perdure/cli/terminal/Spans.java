// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli.terminal;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** Spans of time as people write them: {@code 250ms}, {@code 90s}, {@code 5m}, {@code 2h}, {@code 30d}, or ISO 8601. */
public final class Spans {

    private static final Pattern SHORT = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");

    private Spans() {
    }

    /**
     * Reads a span.
     *
     * @param text as the user wrote it
     * @return zero or more
     * @throws TypeConversionException if it is not a span; the message shows the forms
     */
    public static Duration parse(String text) {
        Matcher matcher = SHORT.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            long count = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
        }
        try {
            Duration span = Duration.parse(text);
            if (!span.isNegative()) {
                return span;
            }
        } catch (DateTimeParseException notIso) {
            throw unreadable(text);
        }
        throw unreadable(text);
    }

    private static TypeConversionException unreadable(String text) {
        return new TypeConversionException("'" + text + "' is not a span of time: write 250ms, 90s, 5m, 2h, 30d or "
                + "PT1H30M");
    }
}
