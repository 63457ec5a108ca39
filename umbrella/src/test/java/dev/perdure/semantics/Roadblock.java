// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Holds up whoever comes, until the test lets everybody pass. */
final class Roadblock {

    private final Semaphore arrived = new Semaphore(0);
    private final CountDownLatch open = new CountDownLatch(1);

    /** Waits here; an interrupt ends the wait as it would end any blocking call. */
    void pass() throws InterruptedException {
        arrived.release();
        if (!open.await(Bell.LIMIT.toSeconds() * 2, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody opened the road");
        }
    }

    void awaitArrival() {
        awaitArrivals(1);
    }

    void awaitArrivals(int many) {
        try {
            assertThat(arrived.tryAcquire(many, Bell.LIMIT.toSeconds(), TimeUnit.SECONDS)).as("arrivals").isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    void open() {
        open.countDown();
    }
}
