// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where processes come from. One for the next kill is always being started while another lives, because starting takes
 * longer than living. Those that are not killed need not be new: one does for all.
 */
final class Hospital implements AutoCloseable {

    private final Path directory;
    private @Nullable ChildProcess unborn;
    private @Nullable ChildProcess survivor;
    private int numbers;

    Hospital(Path directory) {
        this.directory = directory;
    }

    /** An empty directory for one chain of lives. */
    Path files() throws IOException {
        return Files.createDirectory(directory.resolve("lives-" + numbers++));
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
