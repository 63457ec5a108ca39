// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The tie between a process of the demo and the coordinator that started it: standard input. It carries orders, a line
 * each, and when it ends, the coordinator is gone, however it died; then this process ends at once, so that none is
 * ever left over.
 */
final class Lifeline {

    private static final int PARENT_IS_GONE = 3;

    private Lifeline() {
    }

    /** Watches standard input from now on. */
    static void attach(Consumer<String> onLine) {
        Thread.ofPlatform().name("lifeline").daemon().start(() -> {
            try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (String line = input.readLine(); line != null; line = input.readLine()) {
                    onLine.accept(line);
                }
            } catch (IOException broken) {
                // As good as the end of it: the coordinator is not there any more.
                System.err.println("lifeline: " + broken);
            }
            Runtime.getRuntime().halt(PARENT_IS_GONE);
        });
    }

    /** Tells the coordinator something: a line on standard output. */
    static void tell(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
