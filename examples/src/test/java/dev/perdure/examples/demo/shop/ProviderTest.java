// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderTest {

    private static final Order ORDER = new Order("o-1", "Ada", null, "EUR", 4990, List.of());

    @TempDir
    private Path path;

    private HttpServer server;

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Payments payments(boolean forgetsKeys) throws IOException {
        server = new Provider(new WorkDirectory(path), 1, forgetsKeys).listen();
        return new Payments(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    private static String chargeUntilAnswered(Payments payments, Order order, String key) throws InterruptedException {
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                return payments.charge(order, key);
            } catch (IOException unreliable) {
                assertThat(unreliable).isNotNull();
            }
        }
        throw new AssertionError("twenty attempts failed");
    }

    @Test
    void the_first_answer_is_lost_and_the_charge_is_made_all_the_same() throws IOException {
        Payments payments = payments(false);

        assertThatThrownBy(() -> payments.charge(ORDER, "key")).isInstanceOf(IOException.class);

        assertThat(BookReader.readAll(new WorkDirectory(path).ledger())).singleElement()
                .satisfies(entry -> assertThat(entry.amount()).isEqualTo(4990));
    }

    @Test
    void a_repeated_request_is_charged_once_if_keys_are_honoured() throws Exception {
        assertThat(chargeUntilAnswered(payments(false), ORDER, "key")).isEqualTo("ch_1");

        assertThat(BookReader.readAll(new WorkDirectory(path).ledger())).hasSize(1);
    }

    @Test
    void a_repeated_request_is_charged_again_if_keys_are_forgotten() throws Exception {
        chargeUntilAnswered(payments(true), ORDER, "key");

        assertThat(BookReader.readAll(new WorkDirectory(path).ledger())).hasSizeGreaterThan(1)
                .allSatisfy(entry -> assertThat(entry.key()).isEqualTo("key"));
    }

    @Test
    void every_request_is_in_the_providers_log() throws Exception {
        chargeUntilAnswered(payments(false), ORDER, "key");

        List<String> lines = Files.readAllLines(new WorkDirectory(path).requests());
        assertThat(lines).hasSizeGreaterThan(1);
        assertThat(lines.get(0)).contains("\"ANSWER_LOST\"").contains("\"repeated\":false");
        assertThat(lines.get(1)).contains("\"repeated\":true");
    }
}
