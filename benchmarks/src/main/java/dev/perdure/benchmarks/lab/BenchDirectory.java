// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A fresh directory for the files of one bench, deleted when the bench ends, also when it is interrupted.
 *
 * <p>It is on a disk: a file system in memory makes a commit free, and every figure that says how close the engine
 * comes to the disk would be about nothing.
 */
public final class BenchDirectory implements AutoCloseable {

    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    private final Path path;
    private final @Nullable String url;
    private final String fileSystem;
    private final AtomicInteger files = new AtomicInteger();
    private final Thread atExit = new Thread(this::deleteAll, "bench-clean-up");
    private @Nullable Postgres postgres;

    private BenchDirectory(Path path, @Nullable String url) throws IOException {
        this.path = path;
        this.url = url;
        this.fileSystem = Files.getFileStore(path).type();
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Makes a directory.
     *
     * @param wanted below which one, or null for the build's own target directory
     * @param url of the PostgreSQL to use, or null for one of the bench's own
     * @return empty, to be closed
     * @throws IOException if it cannot be made
     */
    public static BenchDirectory make(@Nullable Path wanted, @Nullable String url) throws IOException {
        Path parent = wanted != null ? wanted : onDisk();
        Files.createDirectories(parent);
        return new BenchDirectory(Files.createTempDirectory(parent.toAbsolutePath(), "bench-"), url);
    }

    private static Path onDisk() throws IOException {
        Path home = Path.of(System.getProperty("perdure.home", ""));
        for (Path candidate : List.of(home.resolve("target"), Path.of("/var/tmp"))) {
            if (Files.isDirectory(candidate.toAbsolutePath().getParent())) {
                Files.createDirectories(candidate);
                if (!IN_MEMORY.contains(Files.getFileStore(candidate).type())) {
                    return candidate;
                }
            }
        }
        throw new BrokenMeasurementException("neither " + home.toAbsolutePath().resolve("target")
                + " nor /var/tmp is on a disk; in memory a commit costs nothing. Give one that is with --dir");
    }

    /**
     * The server, started when it is asked for, beside this directory.
     *
     * @return the same one each time
     * @throws SQLException if it does not answer
     */
    public Postgres postgres() throws SQLException {
        if (postgres == null) {
            postgres = url != null ? Postgres.at(url) : Postgres.start(path.getParent());
        }
        return postgres;
    }

    /**
     * A place for a new store.
     *
     * @param kind of store
     * @param name what it is for
     * @return where nothing is yet
     * @throws SQLException if there is no server to give it a schema
     */
    public Address address(StoreKind kind, String name) throws SQLException {
        return new Address(kind, switch (kind) {
            case MEMORY -> "";
            case SQLITE -> file(name).toString();
            // On somebody's server names must not meet those of another bench.
            case POSTGRES -> postgres().address(path.getFileName() + "-" + name + "-" + files.incrementAndGet());
        });
    }

    /**
     * Deletes a store, so that a long bench does not fill the disk.
     *
     * @param address of a store that is closed by now
     */
    public void forget(Address address) {
        switch (address.kind()) {
            case MEMORY -> { }
            case SQLITE -> delete(Path.of(address.where()));
            case POSTGRES -> Objects.requireNonNull(postgres).drop(Postgres.schemaOf(address.where()));
        }
    }

    /**
     * A name for a new database file.
     *
     * @param name what it is for
     * @return a file that does not exist yet
     */
    public Path file(String name) {
        return path.resolve(name + "-" + files.incrementAndGet() + ".db");
    }

    /**
     * Deletes a database and what belongs to it, so that a long bench does not fill the disk.
     *
     * @param database closed by now
     */
    public void delete(Path database) {
        String prefix = database.getFileName().toString();
        deleteEach(file -> file.getFileName().toString().startsWith(prefix));
    }

    /**
     * What kind of file system the files are on.
     *
     * @return as the operating system calls it
     */
    public String fileSystem() {
        return fileSystem;
    }

    @Override
    public void close() throws SQLException {
        Runtime.getRuntime().removeShutdownHook(atExit);
        deleteAll();
        if (postgres != null) {
            postgres.close();
        }
    }

    private void deleteAll() {
        deleteEach(file -> true);
    }

    private void deleteEach(Predicate<Path> which) {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.filter(which).sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException alreadyGone) {
            // Somebody tidied up before us, which is what was wanted.
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the files of the bench in " + path, e);
        }
    }
}
