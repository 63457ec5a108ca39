// SPDX-License-Identifier: Apache-2.0
package dev.perdure.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Payload;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitFormatTest {

    private static final Position HERE = new Position("main", 3);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 127, 128, 129, 16_383, 16_384, 100_000})
    void a_unit_with_commands_of_any_size_is_read_as_it_was_written(int size) {
        Payload value = new Payload("json", new byte[size]);
        Unit unit = new Unit(7, 1_700_000_000_000L, new Arrival.StepCompleted(HERE, "charge", value, 2),
                List.of(new Command.SideEffectRecorded(HERE, "host", value),
                        new Command.TimerSet(HERE, "sleep", Long.MAX_VALUE), new Command.RunCompleted(value)));

        assertThat(UnitFormat.decode(7, UnitFormat.encode(unit))).isEqualTo(unit);
    }
}
