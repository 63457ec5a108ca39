// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Payloads;
import dev.perdure.TypeRef;
import org.junit.jupiter.api.Test;

class ChargeTest {

    @Test
    void every_charge_is_about_120_bytes_of_json() {
        assertThat(size(0, 0)).isBetween(115, 125);
        assertThat(size(123_456_789, 20)).isEqualTo(size(0, 0));
    }

    private static int size(long customer, int number) {
        return Payloads.found().encode(Charge.of(customer, number), TypeRef.of(Charge.class)).bytes().length;
    }
}
