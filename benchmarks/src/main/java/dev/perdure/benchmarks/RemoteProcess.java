// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks;

import dev.perdure.benchmarks.lab.Address;
import dev.perdure.benchmarks.lab.Pause;
import dev.perdure.benchmarks.lab.SecondProcess;
import dev.perdure.engine.Client;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;

/**
 * The other process of the remote bench: a client without an engine, and somebody who holds the write lock for too
 * long.
 */
final class RemoteProcess {

    /**
     * Pauses between two signals are random, or they would keep in step with whatever the engine does at fixed
     * intervals.
     */
    private static final int LONGEST_PAUSE_MILLIS = 50;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final Random random = new Random(4711);

    private RemoteProcess() {
    }

    /**
     * Obeys until the first process is gone: {@code signal FROM TO} sends a signal to each of these sleepers and says
     * how long each took; {@code lock MILLIS} keeps everybody from writing.
     *
     * @param arguments the address of the store
     */
    public static void main(String... arguments) throws Exception {
        BlockingQueue<String> orders = SecondProcess.orders();
        Address address = Address.parse(arguments[0]);
        RemoteProcess process = new RemoteProcess();
        try (Store store = address.open(); Client client = Client.connect(store)) {
            SecondProcess.tell("connected");
            while (true) {
                String[] order = orders.take().split(" ");
                switch (order[0]) {
                    case "signal" -> process.signal(client, Integer.parseInt(order[1]), Integer.parseInt(order[2]));
                    case "lock" -> lock(address, Duration.ofMillis(Long.parseLong(order[1])));
                    default -> throw new IllegalArgumentException(String.join(" ", order));
                }
            }
        }
    }

    private void signal(Client client, int from, int to) throws InterruptedException {
        for (int number = from; number < to; number++) {
            Pause.of(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS)));
            RunHandle<Long> run = client.handle(RemoteBench.REACTS, RemoteBench.id(number));
            long sent = RemoteBench.micros();
            run.signal(RemoteBench.SIGNAL, sent);
            Long reacted = run.result(LONGEST_WAIT);
            SecondProcess.tell("took " + (reacted - sent) + " " + (RemoteBench.micros() - sent));
        }
    }

    private static void lock(Address address, Duration time) throws SQLException, InterruptedException {
        try (Connection connection = address.connect(); Statement statement = connection.createStatement()) {
            for (String lock : address.lockAgainstWriters()) {
                statement.execute(lock);
            }
            SecondProcess.tell("locked");
            Pause.of(time);
            statement.execute("COMMIT");
            SecondProcess.tell("unlocked");
        }
    }
}
