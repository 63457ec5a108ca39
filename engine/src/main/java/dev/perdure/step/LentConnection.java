// SPDX-License-Identifier: Apache-2.0
package dev.perdure.step;

import dev.perdure.ContextMisuseException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the body of a transaction gets it: without the ways to end that transaction, and of no use after it,
 * when others have the connection.
 */
final class LentConnection implements InvocationHandler {

    private final Connection connection;
    private final String step;
    private volatile boolean over;

    LentConnection(Connection connection, String step) {
        this.connection = connection;
        this.step = step;
    }

    Connection connection() {
        return (Connection) Proxy.newProxyInstance(LentConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class}, this);
    }

    /** The body has ended. */
    void end() {
        over = true;
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws Throwable {
        if (over && method.getDeclaringClass() != Object.class) {
            throw new ContextMisuseException(method.getName() + " was called on the connection of transaction '" + step
                    + "' after the end of its body. Finish all work on it before the body returns");
        }
        switch (method.getName()) {
            case "commit", "close", "setAutoCommit", "abort" -> throw refused(method);
            case "rollback" -> {
                // Back to a save point of its own it may go.
                if (method.getParameterCount() == 0) {
                    throw refused(method);
                }
            }
            case "equals" -> {
                return self == arguments[0];
            }
            case "unwrap" -> {
                if (arguments[0] == Connection.class) {
                    return self;
                }
            }
            default -> {
                // Everything else is the connection's own.
            }
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private ContextMisuseException refused(Method method) {
        return new ContextMisuseException(method.getName() + " was called on the connection of transaction '" + step
                + "', which is committed together with the journal when its body returns, and rolled back when it "
                + "throws. Return or throw instead");
    }
}
