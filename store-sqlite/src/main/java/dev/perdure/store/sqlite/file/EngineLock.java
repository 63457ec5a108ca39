// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite.file;

import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import dev.perdure.store.StoreInUseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the one engine of a database: a lock on a file beside it, {@code <database>.lock}.
 *
 * <p>The operating system holds the lock, and lets go of it when the process ends, however it ends: a killed engine
 * leaves nothing to clean. The text in the file (who took it last) is for error messages only.
 *
 * <p>The database itself cannot carry the lock. On POSIX systems closing <em>any</em> descriptor of a file drops all
 * locks that the process has on it, so if Java ever opened and closed the database, -wal or -shm file, SQLite's locks
 * would be gone. For the same reason a process never opens the lock file twice, see {@link #HELD}.
 */
public final class EngineLock implements AutoCloseable {

    /** The databases whose lock this process has, by real path. Asked before the lock file is opened a second time. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /**
     * Channels that must never be closed, not even by the garbage collector, because another copy of this class has
     * the lock.
     */
    private static final Set<FileChannel> LEFT_OPEN = ConcurrentHashMap.newKeySet();

    /** Far behind the text, which must stay readable where locks are mandatory. */
    private static final long PLACE = Long.MAX_VALUE - 1;

    private final Path database;
    private final FileChannel channel;

    private EngineLock(Path database, FileChannel channel) {
        this.database = database;
        this.channel = channel;
    }

    /**
     * Takes the lock, or throws.
     *
     * @param database the real path of the database
     * @param now milliseconds since 1970, for the text
     */
    public static EngineLock take(Path database, long now) {
        if (!HELD.add(database)) {
            throw inUse(database, "another engine of this very process");
        }
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(fileOf(database), StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock(PLACE, 1, false);
            if (lock == null) {
                throw inUse(database, read(channel));
            }
            write(channel, "process " + ProcessHandle.current().pid() + ", since " + Instant.ofEpochMilli(now));
            taken = true;
            return new EngineLock(database, channel);
        } catch (OverlappingFileLockException twice) {
            // A copy of this class under another class loader has it. Closing the channel would drop that lock.
            LEFT_OPEN.add(channel);
            channel = null;
            throw inUse(database, "another engine of this very process, under another class loader");
        } catch (IOException failed) {
            throw new StoreException("store_cannot_lock", "the lock file " + fileOf(database) + " cannot be opened or"
                    + " locked (" + failed + "). Give this process the right to write to it and to its directory; on a"
                    + " network file system move the database to a local disk", Effect.NOTHING_RETRY, failed);
        } finally {
            if (!taken) {
                HELD.remove(database);
                closeQuietly(channel);
            }
        }
    }

    private static Path fileOf(Path database) {
        return database.resolveSibling(database.getFileName() + ".lock");
    }

    private static StoreInUseException inUse(Path database, String who) {
        return new StoreInUseException("the database " + database + " already has its engine: " + who + ". One engine"
                + " may use a SQLite file at a time. Stop the other one, or use a client (Client.connect), which may"
                + " share it");
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(200);
        channel.read(text, 0);
        String who = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
        return who.isEmpty() ? "another process" : who;
    }

    private static void write(FileChannel channel, String text) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(octets), 0);
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ignored) {
            // Nothing was locked and nothing written: there is nothing that the failed close could have lost.
        }
    }

    /** Lets go of it. The file stays: deleting it would let two engines lock two files of one name. */
    @Override
    public void close() {
        closeQuietly(channel);
        HELD.remove(database);
    }
}
