// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A gate in the way of many threads. While it is open passing costs one volatile read. */
final class Gate {

    /** What to wait for while the gate is closed; null while it is open. */
    private volatile @Nullable CountDownLatch closed;

    private final AtomicInteger waiting = new AtomicInteger();

    void close() {
        closed = new CountDownLatch(1);
    }

    void open() {
        CountDownLatch latch = closed;
        closed = null;
        if (latch != null) {
            latch.countDown();
        }
    }

    /** Goes through, now or when the gate is opened. */
    void pass() throws InterruptedException {
        CountDownLatch latch = closed;
        if (latch != null) {
            waiting.incrementAndGet();
            try {
                latch.await();
            } finally {
                waiting.decrementAndGet();
            }
        }
    }

    int waiting() {
        return waiting.get();
    }
}
