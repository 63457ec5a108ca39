// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cron;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.perdure.CronReader;
import dev.perdure.InvalidArgumentException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the five fields of crontab, and six fields with seconds first, as Spring has them. Where both the day of the
 * month and the day of the week are restricted, either is enough with five fields, and both must fit with six.
 */
public final class CrontabReader implements CronReader {

    private static final int WITH_SECONDS = 6;

    /** How an hour field is written that every hour fits. */
    private static final Set<String> EVERY_HOUR = Set.of("*", "*/1");

    /** Made by {@link java.util.ServiceLoader}. */
    public CrontabReader() {
    }

    @Override
    public Pattern read(String expression) {
        String stripped = expression.strip();
        CronType type = stripped.split("\\s+").length == WITH_SECONDS ? CronType.SPRING53 : CronType.UNIX;
        try {
            Cron cron = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(type)).parse(stripped).validate();
            String hour = cron.retrieve(CronFieldName.HOUR).getExpression().asString();
            return new Read(ExecutionTime.forCron(cron), EVERY_HOUR.contains(hour));
        } catch (IllegalArgumentException wrong) {
            throw new InvalidArgumentException("'" + expression + "' is not a cron expression: " + wrong.getMessage()
                    + ". Write minute, hour, day of month, month and day of week, such as '30 2 * * MON-FRI', or six "
                    + "fields with seconds first");
        }
    }

    /** On a clock that is never put forward or back, every local time is one moment: that of UTC. */
    private record Read(ExecutionTime times, boolean isEveryHour) implements Pattern {

        @Override
        public Optional<LocalDateTime> next(LocalDateTime after) {
            return times.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
        }
    }
}
