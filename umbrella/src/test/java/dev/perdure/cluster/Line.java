// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cluster;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One node's line to the database, which can be cut, and held so that nothing passes and nothing breaks. */
final class Line implements AutoCloseable {

    private final ServerSocket entrance;
    private final int exit;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private boolean held;
    private volatile boolean cut;

    Line(int serverPort) {
        this.exit = serverPort;
        try {
            entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofPlatform().daemon(true).name("line").start(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** A pool of connections through this line. */
    HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(10);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** Ends all connections, and lets nobody through from now on. */
    void cut() {
        cut = true;
        sockets.forEach(Line::closeQuietly);
    }

    void mend() {
        cut = false;
    }

    /** Nothing passes from now on, in either direction. */
    void hold() {
        lock.lock();
        held = true;
        lock.unlock();
    }

    void release() {
        lock.lock();
        held = false;
        released.signalAll();
        lock.unlock();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket near = entrance.accept();
                if (cut) {
                    near.close();
                    continue;
                }
                Socket far = new Socket(InetAddress.getLoopbackAddress(), exit);
                sockets.add(near);
                sockets.add(far);
                Thread.ofPlatform().daemon(true).name("line out").start(() -> pump(near, far));
                Thread.ofPlatform().daemon(true).name("line in").start(() -> pump(far, near));
            } catch (IOException broken) {
                // The line was closed, or the server is away: whoever connects will notice.
            }
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] bytes = new byte[1 << 14];
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                awaitRelease();
                out.write(bytes, 0, count);
            }
        } catch (IOException cutOff) {
            // Both ends are closed below.
        } finally {
            closeQuietly(from);
            closeQuietly(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private void awaitRelease() {
        lock.lock();
        try {
            while (held) {
                released.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException closedAnyway) {
            // Closing is all that was wanted.
        }
    }

    @Override
    public void close() {
        release();
        cut();
        try {
            entrance.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
