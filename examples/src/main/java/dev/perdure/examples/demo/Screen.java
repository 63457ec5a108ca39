// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;

/**
 * Where the demo tells its story: lines that stay, and below them one line of progress that is rewritten in place.
 * Without a terminal the progress becomes an ordinary line now and then.
 */
final class Screen {

    private static final long REWRITE_NANOS = Duration.ofMillis(100).toNanos();
    private static final long PLAIN_NANOS = Duration.ofSeconds(5).toNanos();

    private static final int NARROWEST = 79;

    private final PrintWriter out;
    private final boolean terminal;
    private int width;
    private long lastProgress;

    Screen(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        this.lastProgress = System.nanoTime();
    }

    /** Whether somebody looks at standard output as it is written. */
    static boolean isTerminal() {
        Console console = System.console();
        if (console == null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            // From 22 on there is a console even without a terminal, and a method that tells; 21 has neither.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }

    /** Prints lines that stay. */
    void say(String text) {
        wipe();
        out.println(text);
        out.flush();
    }

    /** Shows how far things are, if it is time to. */
    void progress(String line) {
        long now = System.nanoTime();
        if (now - lastProgress < (terminal ? REWRITE_NANOS : PLAIN_NANOS)) {
            return;
        }
        lastProgress = now;
        if (terminal) {
            // A line that wraps could not be rewritten.
            String shown = line.length() <= NARROWEST ? line : line.substring(0, NARROWEST);
            out.print("\r" + shown + " ".repeat(Math.max(0, width - shown.length())));
            width = shown.length();
        } else {
            out.println(line);
        }
        out.flush();
    }

    private void wipe() {
        if (width > 0) {
            out.print("\r" + " ".repeat(width) + "\r");
            width = 0;
        }
    }
}
