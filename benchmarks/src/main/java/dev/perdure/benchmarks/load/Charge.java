// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.load;

import dev.perdure.Payloads;
import dev.perdure.TypeRef;
import dev.perdure.journal.Arrival;
import dev.perdure.journal.Position;
import dev.perdure.journal.Unit;
import java.util.List;

/**
 * What every measured step returns: about 120 bytes of JSON, as a payment provider might answer.
 *
 * @param id of the charge
 * @param customer who paid
 * @param cents how much
 * @param currency in which
 * @param method how
 * @param state what became of it
 */
public record Charge(String id, String customer, long cents, String currency, String method, String state) {

    private static final long TEN_MILLION = 10_000_000;

    /**
     * A charge of constant size.
     *
     * @param customer any number; the last seven digits are used
     * @param number of the step
     * @return another one for each pair
     */
    public static Charge of(long customer, int number) {
        // Adding a power of ten keeps the number of digits, and so the size of the record, the same.
        String who = Long.toString(TEN_MILLION + customer % TEN_MILLION);
        int two = number % 100;
        return new Charge("ch_" + who + "_" + (100 + two), "customer-" + who, 129_900 + two, "EUR", "card", "captured");
    }

    /**
     * What the journal holds after such a step.
     *
     * @param seq the number of the entry
     * @return a unit of one entry
     */
    public static Unit unit(long seq) {
        var result = Payloads.found().encode(of(seq, 1), TypeRef.of(Charge.class));
        return new Unit(seq, System.currentTimeMillis(),
                new Arrival.StepCompleted(new Position("main", (int) seq), StepLoad.STEP, result, 1), List.of());
    }
}
