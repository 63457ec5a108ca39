// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash;

import dev.perdure.proof.Campaign;
import dev.perdure.proof.Findings;
import dev.perdure.proof.crash.FaultyStore.Fault;
import dev.perdure.proof.crash.place.FilePlace;
import dev.perdure.proof.crash.place.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Cuts the power: a kill takes nothing from the operating system, a power cut takes all that was not synced. One life
 * is recorded as its process asks the operating system for writes and syncs. Then, for each stretch between two syncs,
 * the files are restored as they were synced, the effects as they had happened by the end of the stretch, and another
 * life has to make that good.
 *
 * <p>That covers every write: within a stretch the restored files are the same, and the later the cut, the more has
 * happened that they must account for. The recorder is loaded into the process by {@code LD_PRELOAD}, so this takes
 * Linux and a C compiler called {@code cc}.
 *
 * <p>Proves X46.
 */
@Command(name = "power", description = "Restores the files as of their last sync, at every write. Linux, with cc.")
public final class PowerCutCampaign extends Campaign {

    private static final int ENOUGH_VIOLATIONS = 10;

    /** Later than the recorded life ends. */
    private static final Duration LATER = Duration.ofMinutes(1);

    /** The stores whose files are the process's own. */
    enum Backend {
        SQLITE
    }

    @Option(names = "--store", defaultValue = "sqlite", description = "Which store: ${COMPLETION-CANDIDATES}.")
    private Backend store;

    @Option(names = "--until-found", description = "Stops at the first violation.")
    private boolean untilFound;

    /** A deliberate fault: of so many syncs one does not happen. */
    @Option(names = "--drop-syncs", paramLabel = "N", hidden = true, defaultValue = "0")
    private int dropped;

    private int writes;
    private int syncs;
    private int cuts;

    /** Made by the command line. */
    public PowerCutCampaign() {
    }

    @Override
    protected void look(long seed, Duration limit, Findings findings) throws Exception {
        long until = System.nanoTime() + limit.toNanos();
        Path directory = Files.createTempDirectory("perdure-power");
        try (Hospital hospital = new Hospital(directory, null)) {
            Place place = hospital.place();
            Path files = place.directory();
            Path record = directory.resolve("record");
            ChildProcess.Told peaceful = record(directory, place, record, seed);
            Judge judge = new Judge(peaceful, Effects.readAll(files));
            ByteBuffer deeds = ByteBuffer.wrap(Files.readAllBytes(record)).order(ByteOrder.nativeOrder());
            Disk disk = new Disk(files);
            while (deeds.hasRemaining() && System.nanoTime() - until < 0
                    && findings.violations() < (untilFound ? 1 : ENOUGH_VIOLATIONS)) {
                Deed deed = Deed.next(deeds);
                writes += deed.letter() == 'w' ? 1 : 0;
                if (deed.letter() == 's' && disk.knows(deed.path())) {
                    syncs++;
                    if (dropped > 0 && syncs % dropped == 0) {
                        continue;
                    }
                    cut(hospital, disk, new Lived(peaceful, judge, seed), findings);
                }
                disk.apply(deed);
            }
            if (!deeds.hasRemaining()) {
                cut(hospital, disk, new Lived(peaceful, judge, seed), findings);
            }
            findings.count("writes", writes);
            findings.count("syncs", syncs);
            findings.count("power_cuts", cuts);
            findings.count("bytes_left", deeds.remaining());
        } finally {
            FilePlace.delete(directory);
        }
    }

    /** How it was without a power cut. */
    private record Lived(ChildProcess.Told peaceful, Judge judge, long seed) {
    }

    private static ChildProcess.Told record(Path directory, Place place, Path record, long seed) throws Exception {
        Path source = directory.resolve("recorder.c");
        Path library = directory.resolve("recorder.so");
        try (InputStream text = Objects.requireNonNull(PowerCutCampaign.class.getResourceAsStream("recorder.c"))) {
            Files.copy(text, source);
        }
        Process compiler = new ProcessBuilder("cc", "-shared", "-fPIC", "-O1", "-o", library.toString(),
                source.toString()).inheritIO().start();
        if (compiler.waitFor() != 0) {
            throw new IOException("cc could not compile the recorder; it wants Linux and a C compiler");
        }
        Path home = Files.createDirectory(directory.resolve("recorded"));
        Map<String, String> environment = Map.of("LD_PRELOAD", library.toString(),
                "PERDURE_RECORDED", place.directory().toString(), "PERDURE_RECORD", record.toString());
        try (ChildProcess process = ChildProcess.start(home, environment)) {
            return process.live(new Child.Life(place, 1, seed, CrashCampaign.BEGINNING, KillPoint.NONE, Fault.NONE));
        }
    }

    private void cut(Hospital hospital, Disk disk, Lived lived, Findings findings)
            throws IOException, InterruptedException {
        cuts++;
        Place place = hospital.place();
        disk.restoreTo(place.directory());
        List<String> wrong;
        try {
            ChildProcess.Told told = hospital.survivor().live(new Child.Life(place, 2, lived.seed(),
                    CrashCampaign.BEGINNING + LATER.toMillis(), KillPoint.NONE, Fault.NONE));
            wrong = lived.judge().judge(List.of(new ChildProcess.Told(), told), Effects.readAll(place.directory()));
        } catch (IOException gone) {
            hospital.mourn();
            wrong = List.of(String.valueOf(gone.getMessage()));
        }
        if (!wrong.isEmpty()) {
            findings.violation("power cut before sync " + syncs + ", after write " + writes + ": "
                    + String.join("; ", wrong) + ". Repeat: --seed " + lived.seed());
        }
        place.clear();
    }

    /**
     * One thing that was asked of the operating system.
     *
     * @param letter what
     * @param path of which file
     * @param at an offset, or a size; -1 for the end
     * @param data what is written
     */
    private record Deed(char letter, Path path, long at, byte[] data) {

        static Deed next(ByteBuffer deeds) {
            char letter = (char) deeds.get();
            byte[] path = new byte[deeds.getShort()];
            long at = deeds.getLong();
            byte[] data = new byte[deeds.getInt()];
            deeds.get(path).get(data);
            return new Deed(letter, Path.of(new String(path, StandardCharsets.UTF_8)), at, data);
        }
    }

    /** A disk that keeps only what is synced. That a file exists, or does not any more, it keeps at once. */
    private static final class Disk {

        private final Path directory;
        private final Map<Path, byte[]> cached = new LinkedHashMap<>();
        private final Map<Path, byte[]> synced = new LinkedHashMap<>();

        Disk(Path directory) {
            this.directory = directory;
        }

        boolean knows(Path path) {
            return cached.containsKey(path);
        }

        void apply(Deed deed) {
            Path path = deed.path();
            // The index of the log is not synced, ever: it is made again. The lock has no content.
            if (path.equals(directory) || path.toString().endsWith("-shm") || path.toString().endsWith(".lock")) {
                return;
            }
            byte[] before = cached.getOrDefault(path, new byte[0]);
            switch (deed.letter()) {
                case 'w' -> {
                    int at = deed.at() < 0 ? before.length : Math.toIntExact(deed.at());
                    byte[] after = Arrays.copyOf(before, Math.max(before.length, at + deed.data().length));
                    System.arraycopy(deed.data(), 0, after, at, deed.data().length);
                    cached.put(path, after);
                    synced.putIfAbsent(path, new byte[0]);
                }
                case 't' -> cached.put(path, Arrays.copyOf(before, Math.toIntExact(deed.at())));
                case 's' -> synced.put(path, before);
                case 'u' -> {
                    cached.remove(path);
                    synced.remove(path);
                }
                default -> throw new IllegalStateException("the record has a deed '" + deed.letter() + "'");
            }
        }

        /** The database as it was synced; the effects as they happened, because the world has no power switch. */
        void restoreTo(Path files) throws IOException {
            for (Path path : synced.keySet()) {
                boolean effects = path.equals(Effects.fileIn(directory));
                Files.write(files.resolve(path.getFileName()), (effects ? cached : synced).get(path));
            }
        }
    }
}
