// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.chaos;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.store.NewMessage;
import dev.perdure.store.SqlStore;
import dev.perdure.store.Write;
import dev.perdure.store.postgres.PostgresOptions;
import dev.perdure.store.postgres.PostgresStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import picocli.CommandLine.ITypeConverter;

/** Deliberate faults between a sound engine and a sound database: they are how one knows that the campaign looks. */
enum Broken {
    /** None. */
    NONE,
    /** A node writes without having looked whether it has been ended. */
    NO_FENCE,
    /** A message leaves the inbox before the commit of the turn that heard it. */
    INBOX_EARLY,
    /** Who takes runs over does not wait for the transactions of the node that had them. */
    NO_WAIT,
    /** What a transaction of a run has done is committed before its answer is. */
    ROWS_EARLY,
    /** Two nodes may take runs of a queue with limits at once. */
    QUEUE_UNLOCKED;

    /** So long that a fault falls there also on a machine that has little time for the campaign. */
    private static final long BETWEEN_COMMITS_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    /** Seconds, for the same reason. */
    private static final String WINDOW = "0.1";
    private static final int CONNECTIONS = 10;

    /** For the command line. */
    static final class FromText implements ITypeConverter<Broken> {
        @Override
        public Broken convert(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    /** Opens a store with this fault. */
    SqlStore open(String url, Duration lease) {
        PostgresOptions options = PostgresOptions.defaults().lease(lease);
        return switch (this) {
            case NONE -> PostgresStore.open(url, options);
            case INBOX_EARLY -> hearingEarly(PostgresStore.open(url, options));
            case ROWS_EARLY -> committingEarly(PostgresStore.open(url, options));
            case NO_FENCE -> PostgresStore.open(rewriting(url, Broken::withoutFence), options);
            case NO_WAIT -> PostgresStore.open(rewriting(url, Broken::withoutWaiting), options);
            case QUEUE_UNLOCKED -> PostgresStore.open(rewriting(url, Broken::withoutLock), options);
        };
    }

    private static String withoutFence(String sql) {
        return sql.replaceAll("FROM \\S+\\.fences WHERE node = \\? FOR KEY SHARE", "WHERE ?::uuid IS NOT NULL");
    }

    private static String withoutWaiting(String sql) {
        return sql.replaceAll("DELETE FROM (\\S+)\\.fences WHERE node = \\?", "DELETE FROM $1.fences WHERE node IN "
                + "(SELECT node FROM $1.fences WHERE node = ? FOR UPDATE SKIP LOCKED)");
    }

    private static String withoutLock(String sql) {
        String unlocked = sql.replaceAll("(\\.queues q WHERE q\\.name = \\?.*)\\s+FOR UPDATE SKIP LOCKED", "$1");
        // Whoever takes runs has looked a moment before; without the lock others look in that moment, too.
        return unlocked.replace("pg_catalog.current_setting('perdure.holds', true)",
                "(SELECT pg_catalog.current_setting('perdure.holds', true) || pg_catalog.pg_sleep(" + WINDOW + "))");
    }

    private static DataSource rewriting(String url, UnaryOperator<String> rewrite) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        return around(DataSource.class, pool, (method, arguments) -> {
            Object answer = call(pool, method, arguments);
            return answer instanceof Connection connection ? around(Connection.class, connection, (asked, values) -> {
                if (asked.getName().equals("prepareStatement")) {
                    values[0] = rewrite.apply((String) values[0]);
                }
                return call(connection, asked, values);
            }) : answer;
        });
    }

    private static SqlStore hearingEarly(SqlStore store) {
        return around(SqlStore.class, store, (method, arguments) -> {
            if (method.getName().equals("write")) {
                List<Write> heard = ((List<?>) arguments[0]).stream().flatMap(Broken::onlyHeard).toList();
                if (!heard.isEmpty()) {
                    store.write(heard);
                    LockSupport.parkNanos(BETWEEN_COMMITS_NANOS);
                }
            }
            return call(store, method, arguments);
        });
    }

    private static Stream<Write> onlyHeard(Object write) {
        return write instanceof Write.Advance advance && !advance.heard().isEmpty()
                ? Stream.of(new Write.Advance(advance.node(), advance.incarnation(), null, List.of(), advance.heard(),
                        null, List.of(), List.of(), Map.of(), null))
                : Stream.empty();
    }

    private static SqlStore committingEarly(SqlStore store) {
        return around(SqlStore.class, store, (method, arguments) -> {
            if (method.getName().equals("transact")) {
                arguments[1] = new TornWork((SqlStore.Work) arguments[1]);
            }
            return call(store, method, arguments);
        });
    }

    /** Two transactions where there should be one. */
    private record TornWork(SqlStore.Work work) implements SqlStore.Work {

        @Override
        public NewMessage run(Connection connection, Runnable abort) throws Exception {
            NewMessage message = work.run(connection, abort);
            connection.commit();
            LockSupport.parkNanos(BETWEEN_COMMITS_NANOS);
            return message;
        }

        @Override
        public boolean isWanted() {
            return work.isWanted();
        }
    }

    // ---- standing in front of something ----

    private interface Answer {
        Object to(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T around(Class<T> type, T what, Answer answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(method, arguments)));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }
}
