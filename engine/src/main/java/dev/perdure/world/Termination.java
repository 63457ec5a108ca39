// SPDX-License-Identifier: Apache-2.0
package dev.perdure.world;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the process end with exit code 0 when it was asked to end (SIGTERM) and has done so in order. Without this the
 * JVM runs its shutdown hooks, too, but ends with 143, which supervisors take for a failure.
 *
 * <p>The class that does it, {@code sun.misc.Signal}, is in every JDK and has no successor; it is reached by its name
 * because the compiler warns of it in a way that cannot be answered. Where it is missing, the exit code is the JVM's
 * own.
 */
final class Termination {

    private static final Logger LOG = LoggerFactory.getLogger(Termination.class);

    private Termination() {
    }

    static void endsWithZero() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> receiver = Class.forName("sun.misc.SignalHandler");
            Object exit = Proxy.newProxyInstance(Termination.class.getClassLoader(), new Class<?>[] {receiver},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            System.exit(0);
                            yield null;
                        }
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        default -> "ends the process with 0";
                    });
            Object term = signal.getConstructor(String.class).newInstance("TERM");
            signal.getMethod("handle", signal, receiver).invoke(null, term, exit);
        } catch (ReflectiveOperationException | IllegalArgumentException notHere) {
            LOG.info("SIGTERM keeps the JVM's own exit code: {}", notHere.toString());
        }
    }
}
