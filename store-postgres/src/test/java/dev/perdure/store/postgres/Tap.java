// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between one connection and its server, and cuts both ends off after so many octets. */
final class Tap implements AutoCloseable {

    /** Who is not heard to the end. */
    enum Direction { TO_SERVER, TO_CLIENT }

    private final ServerSocket entrance;
    private final int server;
    private final AtomicLong[] left = {new AtomicLong(Long.MAX_VALUE), new AtomicLong(Long.MAX_VALUE)};
    private final AtomicBoolean cut = new AtomicBoolean();
    private volatile Socket client;
    private volatile Socket target;

    private Tap(int server) throws IOException {
        this.server = server;
        this.entrance = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    /** Waits for one connection, and leads it to a port of this machine. */
    static Tap to(int server) throws IOException {
        Tap tap = new Tap(server);
        Thread.ofPlatform().daemon(true).name("tap").start(tap::accept);
        return tap;
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** Lets only so many more octets through. */
    void cutAfter(Direction direction, long octets) {
        left[direction.ordinal()].set(octets);
    }

    /** Lets everything through from now on, if it is not cut yet. */
    void letThrough() {
        for (AtomicLong each : left) {
            each.set(Long.MAX_VALUE);
        }
    }

    boolean wasCut() {
        return cut.get();
    }

    private void accept() {
        try {
            client = entrance.accept();
            entrance.close();
            target = new Socket(InetAddress.getLoopbackAddress(), server);
            client.setTcpNoDelay(true);
            target.setTcpNoDelay(true);
            Thread.ofPlatform().daemon(true).name("tap").start(() -> pass(target, client, Direction.TO_CLIENT));
            pass(client, target, Direction.TO_SERVER);
        } catch (IOException gone) {
            close();
        }
    }

    private void pass(Socket from, Socket to, Direction direction) {
        byte[] octets = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(octets); read >= 0; read = in.read(octets)) {
                // Before it is passed on: who gets it may say at once how much more is to come.
                int now = read;
                long allowed = left[direction.ordinal()].getAndUpdate(most ->
                        most == Long.MAX_VALUE ? most : Math.max(0, most - now));
                out.write(octets, 0, (int) Math.min(read, allowed));
                out.flush();
                if (allowed < read) {
                    cut.set(true);
                    break;
                }
            }
        } catch (IOException gone) {
            // One of the two has gone; so does the other.
        }
        close();
    }

    @Override
    public void close() {
        for (AutoCloseable each : new AutoCloseable[] {entrance, client, target}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception gone) {
                // It has gone.
            }
        }
    }
}
