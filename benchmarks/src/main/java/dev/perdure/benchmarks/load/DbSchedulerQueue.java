// SPDX-License-Identifier: Apache-2.0
package dev.perdure.benchmarks.load;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.benchmarks.lab.Address;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The same with <a href="https://github.com/kagkarlsson/db-scheduler">db-scheduler</a>: one-time tasks, fetched and
 * locked with one statement ({@code SELECT … FOR UPDATE SKIP LOCKED}), which its documentation recommends where many
 * tasks are to be done. A task that is done is deleted; no result is kept.
 *
 * <p>Threads and the fractions at which it fetches are those with which it was fastest on the machine on which this was
 * written, of 10, 20, 40 and 80 threads and upper limits of 1 to 8 times as many tasks.
 */
public final class DbSchedulerQueue implements LoadedQueue {

    private static final int THREADS = 40;
    private static final double FETCH_BELOW = 0.5;
    private static final double FETCH_UP_TO = 4.0;
    private static final int AT_A_TIME = 1_000;

    private final Address address;
    private final HikariDataSource connections;
    private final LongAdder done = new LongAdder();
    private final OneTimeTask<Integer> task = Tasks.oneTime("job", Integer.class)
            .execute((instance, context) -> done.increment());
    private final Deque<AutoCloseable> nodes = new ArrayDeque<>();
    private int made;

    /**
     * Makes its table.
     *
     * @param address of a schema of a PostgreSQL
     * @throws SQLException if that fails
     */
    public DbSchedulerQueue(Address address) throws SQLException {
        this.address = address;
        try (Connection connection = address.connect(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS \"" + address.schema() + "\"");
            connection.setSchema(address.schema());
            // As db-scheduler documents its table for PostgreSQL.
            statement.execute("""
                    CREATE TABLE scheduled_tasks (
                        task_name text NOT NULL, task_instance text NOT NULL, task_data bytea,
                        execution_time timestamp with time zone, picked boolean NOT NULL, picked_by text,
                        last_success timestamp with time zone, last_failure timestamp with time zone,
                        consecutive_failures integer, last_heartbeat timestamp with time zone,
                        version bigint NOT NULL, priority smallint,
                        PRIMARY KEY (task_name, task_instance));
                    CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);
                    CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)""");
        }
        this.connections = pool(2);
    }

    private HikariDataSource pool(int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(address.url());
        config.setSchema(address.schema());
        config.setMaximumPoolSize(size);
        return new HikariDataSource(config);
    }

    @Override
    public void enqueue(int jobs) {
        SchedulerClient client = SchedulerClient.Builder.create(connections, task).build();
        for (int from = 0; from < jobs; from += AT_A_TIME) {
            List<TaskInstance<?>> some = new ArrayList<>(AT_A_TIME);
            for (int i = from; i < Math.min(jobs, from + AT_A_TIME); i++) {
                some.add(task.instance("job-" + made++, i));
            }
            client.scheduleBatch(some, Instant.now());
        }
    }

    @Override
    public void start(int count) {
        for (int i = 0; i < count; i++) {
            HikariDataSource own = pool(THREADS);
            Scheduler scheduler = Scheduler.create(own, task).threads(THREADS)
                    .schedulerName(new SchedulerName.Fixed("node-" + i)).pollingInterval(Duration.ofMillis(100))
                    .pollUsingLockAndFetch(FETCH_BELOW, FETCH_UP_TO).build();
            nodes.push(own);
            nodes.push(scheduler::stop);
            scheduler.start();
        }
    }

    @Override
    public long done() {
        return done.sum();
    }

    @Override
    public boolean isEmpty() throws SQLException {
        try (Connection connection = connections.getConnection(); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT 1 FROM scheduled_tasks LIMIT 1")) {
            return !row.next();
        }
    }

    @Override
    public void close() throws Exception {
        while (!nodes.isEmpty()) {
            nodes.pop().close();
        }
        connections.close();
    }
}
