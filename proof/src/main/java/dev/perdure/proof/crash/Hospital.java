// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.postgres.server.PostgresServer;
import dev.perdure.proof.crash.place.FilePlace;
import dev.perdure.proof.crash.place.Place;
import dev.perdure.proof.crash.place.SchemaPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where processes come from, and the places in which they live. One for the next kill is always being started while
 * another lives, because starting takes longer than living. Those that are not killed need not be new: one does for
 * all.
 */
final class Hospital implements AutoCloseable {

    private final Path directory;
    private final @Nullable PostgresServer server;
    private @Nullable ChildProcess unborn;
    private @Nullable ChildProcess survivor;
    private int numbers;

    /**
     * Nobody lives yet.
     *
     * @param directory for all files
     * @param server in which the databases are; if there is none they are files
     */
    Hospital(Path directory, @Nullable PostgresServer server) {
        this.directory = directory;
        this.server = server;
    }

    /** An empty place for one chain of lives. */
    Place place() throws IOException {
        int number = numbers++;
        Path files = Files.createDirectory(directory.resolve("lives-" + number));
        return server == null ? new FilePlace(files) : new SchemaPlace(files, server.jdbcUrl(), "lives_" + number);
    }

    /** A process that has not lived yet. The caller closes it. */
    ChildProcess newcomer() throws IOException {
        ChildProcess newcomer = unborn != null ? unborn : start();
        unborn = start();
        return newcomer;
    }

    /** The process for those lives that are not killed. */
    ChildProcess survivor() throws IOException {
        if (survivor == null) {
            survivor = start();
        }
        return survivor;
    }

    /** The survivor may have died without having been killed. */
    void mourn() throws IOException {
        if (survivor != null) {
            survivor.close();
            survivor = null;
        }
    }

    private ChildProcess start() throws IOException {
        return ChildProcess.start(Files.createDirectory(directory.resolve("process-" + numbers++)), Map.of());
    }

    @Override
    public void close() throws IOException {
        if (unborn != null) {
            unborn.close();
        }
        mourn();
    }
}
