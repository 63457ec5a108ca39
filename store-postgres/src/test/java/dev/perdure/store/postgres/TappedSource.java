// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.perdure.postgres.server.PostgresServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A pool of connections each of which goes through a {@link Tap}, which somebody may use when one commits. */
final class TappedSource implements DataSource {

    private final PostgresServer server;
    /** Called on the committing thread, before the commit is sent. */
    volatile Consumer<Tap> beforeCommit = tap -> { };

    private TappedSource(PostgresServer server) {
        this.server = server;
    }

    static TappedSource of(PostgresServer server) {
        return new TappedSource(server);
    }

    HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setDataSource(this);
        config.setMaximumPoolSize(10);
        return new HikariDataSource(config);
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            Tap tap = Tap.to(server.port());
            String url = server.jdbcUrl().replace(":" + server.port() + "/", ":" + tap.port() + "/");
            Connection connection = DriverManager.getConnection(url);
            return (Connection) Proxy.newProxyInstance(Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                        boolean commits = method.getName().equals("commit");
                        if (commits) {
                            beforeCommit.accept(tap);
                        }
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause();
                        } finally {
                            if (commits) {
                                // Whoever uses the connection next is not cut off for this.
                                tap.letThrough();
                            }
                        }
                    });
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        // Says nothing.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // Does not wait.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
