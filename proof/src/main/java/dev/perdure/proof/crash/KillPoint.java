// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a life ends.
 *
 * @param side before or after a store call, or within an effect
 * @param number which call, or which effect, of that life, counted from 1
 */
record KillPoint(Side side, int number) {

    /** Nobody is killed. */
    static final KillPoint NONE = new KillPoint(Side.NOWHERE, 0);

    enum Side {
        NOWHERE,
        BEFORE,
        AFTER,
        EFFECT
    }

    /** Reads what {@link #toString} writes. */
    static KillPoint parse(String text) {
        String[] parts = text.split(":");
        return new KillPoint(Side.valueOf(parts[0].toUpperCase(Locale.ROOT)), Integer.parseInt(parts[1]));
    }

    /** For the command line. */
    static final class FromText implements ITypeConverter<KillPoint> {
        @Override
        public KillPoint convert(String text) {
            if (!text.matches("(?i)(before|after|effect):[1-9]\\d{0,6}")) {
                throw new TypeConversionException("'" + text + "' is no point: give before:N, after:N or effect:N");
            }
            return parse(text);
        }
    }

    @Override
    public String toString() {
        return side.name().toLowerCase(Locale.ROOT) + ":" + number;
    }
}
