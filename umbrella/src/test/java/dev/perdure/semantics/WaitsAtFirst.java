// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/** Waits while a class is initialized: there, a virtual thread cannot let go of its carrier. */
public final class WaitsAtFirst {

    private static final ThreadLocal<Supplier<String>> WAIT = new ThreadLocal<>();

    private WaitsAtFirst() {
    }

    static String waitFor(Supplier<String> what) throws IOException, ClassNotFoundException {
        WAIT.set(what);
        return Class.forName(Initialized.class.getName(), true, loader()).getName();
    }

    /** For the class below, which is in another runtime package when it is loaded anew. */
    public static void initialize() {
        WAIT.get().get();
    }

    /** A class is initialized once, but every loader may have it once. */
    private static ClassLoader loader() throws IOException {
        String name = Initialized.class.getName();
        byte[] code;
        try (InputStream in = WaitsAtFirst.class.getResourceAsStream("WaitsAtFirst$Initialized.class")) {
            code = in.readAllBytes();
        }
        return new ClassLoader(WaitsAtFirst.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String wanted, boolean resolve) throws ClassNotFoundException {
                return wanted.equals(name) ? defineClass(name, code, 0, code.length) : super.loadClass(wanted, resolve);
            }
        };
    }

    private static final class Initialized {
        static {
            initialize();
        }
    }
}
