// SPDX-License-Identifier: Apache-2.0
package dev.perdure.fiber;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One line of execution in a {@link FiberGroup}: a virtual thread that moves only while it holds the group's baton. */
public final class Fiber {

    private final FiberGroup group;
    private final String name;
    private final Runnable body;
    private @Nullable Thread thread;
    private @Nullable Object owner;
    private boolean queued;
    private boolean ended;

    Fiber(FiberGroup group, String name, Runnable body) {
        this.group = group;
        this.name = name;
        this.body = body;
    }

    /**
     * Lets go of the baton until somebody wakes this fiber; called by the fiber itself. May return without a reason, so
     * callers look again at what they wait for.
     *
     * @throws Unwinding if the group unwinds
     */
    public void park() {
        group.park(this);
    }

    /** Puts the fiber in line to move; called by whoever holds the baton. Does nothing if it is in line already. */
    public void wake() {
        if (!queued && !ended) {
            queued = true;
            group.enqueue(this);
        }
    }

    /**
     * Remembers what this fiber is to its user.
     *
     * @param whose anything
     */
    public void belongsTo(Object whose) {
        owner = whose;
    }

    /**
     * What {@link #belongsTo} was given.
     *
     * @return null if nothing was
     */
    public @Nullable Object owner() {
        return owner;
    }

    /**
     * Whether its body is over.
     *
     * @return true once it cannot move any more
     */
    public boolean hasEnded() {
        return ended;
    }

    // ---- for the group ----

    /** Resumes the thread; begins it the first time. */
    void move() {
        if (thread == null) {
            thread = group.newThread(name, this::live);
            thread.start();
        } else {
            LockSupport.unpark(thread);
        }
    }

    private void live() {
        try {
            body.run();
        } finally {
            ended = true;
            group.leave(this);
        }
    }

    void dequeued() {
        queued = false;
    }

    boolean hasBegun() {
        return thread != null;
    }

    @Nullable Thread thread() {
        return thread;
    }
}
