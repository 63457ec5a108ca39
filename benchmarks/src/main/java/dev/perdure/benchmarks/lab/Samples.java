// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import java.util.Arrays;

/** Measured values, to take the middle or the bad end of. Not safe for several threads. */
public final class Samples {

    private double[] values = new double[1024];
    private int size;

    /**
     * The middle of a few values.
     *
     * @param values at least one
     * @return the median
     */
    public static double median(double... values) {
        Samples samples = new Samples();
        for (double value : values) {
            samples.add(value);
        }
        return samples.median();
    }

    public void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    public void addAll(Samples others) {
        for (int i = 0; i < others.size; i++) {
            add(others.values[i]);
        }
    }

    public int size() {
        return size;
    }

    public double median() {
        return percentile(50);
    }

    /**
     * The value that so many per cent of all do not exceed: nearest rank, never interpolated.
     *
     * @param percent above 0, up to 100
     * @return one of the values, or NaN if there are none
     */
    public double percentile(double percent) {
        if (size == 0) {
            return Double.NaN;
        }
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(percent / 100 * size) - 1)];
    }
}
