// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** A node's only way to the database: forwards bytes, and can be cut, slowed down and held. Safe for all threads. */
final class Wire implements AutoCloseable {

    private static final int CHUNK = 16_384;

    private final ServerSocket door;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final AtomicInteger refusals = new AtomicInteger();
    private volatile long delayMillis;
    private volatile boolean holds;
    private volatile boolean closed;

    /** A wire to that port of this machine. */
    Wire(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon(true).name("chaos-wire").start(this::welcome);
    }

    int port() {
        return door.getLocalPort();
    }

    /** Breaks all connections, with whatever is under way on them. */
    void cut() {
        open.forEach(Wire::end);
    }

    /** Lets nobody in until {@link #admit} has been called as often as this. */
    void refuse() {
        refusals.incrementAndGet();
        cut();
    }

    void admit() {
        refusals.decrementAndGet();
    }

    private boolean refuses() {
        return refusals.get() > 0;
    }

    /** Keeps everything back for a while, in both directions. */
    void delay(long millis) {
        delayMillis = millis;
    }

    /** Keeps back what the node says from now on, until it is released. What the database says comes through. */
    void hold(boolean on) {
        lock.lock();
        try {
            holds = on;
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void welcome() {
        while (!closed) {
            try {
                Socket client = door.accept();
                if (refuses()) {
                    end(client);
                } else {
                    connect(client);
                }
            } catch (IOException closing) {
                if (!closed) {
                    throw new UncheckedIOException(closing);
                }
            }
        }
    }

    private void connect(Socket client) {
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), target);
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException away) {
            end(client);
            return;
        }
        open.add(client);
        open.add(server);
        Thread.ofPlatform().daemon(true).name("chaos-up").start(() -> forward(client, server, true));
        Thread.ofPlatform().daemon(true).name("chaos-down").start(() -> forward(server, client, false));
        if (refuses()) {
            cut();
        }
    }

    private void forward(Socket from, Socket to, boolean up) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                if (delayMillis > 0) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
                }
                if (up && holds) {
                    awaitRelease();
                }
                out.write(chunk, 0, length);
            }
        } catch (IOException broken) {
            // Both ends are broken now, which is what a cut is.
        } finally {
            end(from);
            end(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private void awaitRelease() {
        lock.lock();
        try {
            while (holds) {
                released.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // It is gone.
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        hold(false);
        door.close();
        cut();
    }
}
