// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What this process holds on to: heap and threads. */
public final class Footprint {

    private static final double MEGABYTE = 1024 * 1024;
    private static final int MOST_COLLECTIONS = 10;

    /** The first line about a virtual thread in a dump; newer versions of Java add its state. */
    private static final Pattern VIRTUAL = Pattern.compile("#\\d+ \".*\" virtual\\b.*");

    private Footprint() {
    }

    /**
     * The heap in use when there is no garbage: collects until another collection frees next to nothing.
     *
     * @return megabytes (2^20 bytes)
     */
    public static double settledHeap() throws InterruptedException {
        double before = Double.MAX_VALUE;
        double after = collected();
        for (int i = 0; i < MOST_COLLECTIONS && before - after > 0.2; i++) {
            before = after;
            after = Math.min(before, collected());
        }
        return after;
    }

    private static double collected() throws InterruptedException {
        System.gc();
        // Cleaners and evictions run on threads of their own after a collection.
        Pause.of(Duration.ofMillis(50));
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEGABYTE;
    }

    /**
     * Processor time that this process has used, by all its threads.
     *
     * @return nanoseconds
     */
    public static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /**
     * Threads of the operating system that this process has in Java, the bench's own included.
     *
     * @return how many are alive
     */
    public static int platformThreads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /**
     * Virtual threads, which cost a few hundred bytes each, counted in a thread dump.
     *
     * @param place for the dump
     * @return how many are alive
     * @throws IOException if the dump cannot be written
     */
    public static long virtualThreads(BenchDirectory place) throws IOException {
        Path dump = place.file("threads");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toAbsolutePath().toString(), ThreadDumpFormat.TEXT_PLAIN);
        try (Stream<String> lines = Files.lines(dump)) {
            return lines.filter(VIRTUAL.asMatchPredicate()).count();
        } finally {
            Files.delete(dump);
        }
    }
}
