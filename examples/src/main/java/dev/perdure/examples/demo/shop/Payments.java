// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks the payment provider over HTTP, as any shop does. Knows nothing of retries: whoever calls it does. Safe for all
 * threads.
 */
public final class Payments {

    // Less than what the provider takes on a bad day: an answer that comes too late is as good as none.
    private static final Duration PATIENCE = Duration.ofMillis(1_200);

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final URI provider;

    /**
     * A client of one provider.
     *
     * @param provider where it listens
     */
    public Payments(URI provider) {
        this.provider = provider;
    }

    String charge(Order order, String idempotencyKey) throws IOException, InterruptedException {
        return post("/charges", order, idempotencyKey);
    }

    void refund(Order order, String idempotencyKey) throws IOException, InterruptedException {
        post("/refunds", order, idempotencyKey);
    }

    private String post(String path, Order order, String idempotencyKey) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(new PaymentRequest(order.id(), order.amount()));
        HttpRequest request = HttpRequest.newBuilder(provider.resolve(path)).timeout(PATIENCE)
                .header("Content-Type", "application/json").header("Idempotency-Key", idempotencyKey)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("the payment provider answered " + response.statusCode() + ": " + response.body());
        }
        return JSON.readValue(response.body(), PaymentAnswer.class).reference();
    }

    /**
     * What is asked of the provider.
     *
     * @param order for which order
     * @param amount in cents
     */
    record PaymentRequest(String order, long amount) {
    }

    /**
     * What the provider answers.
     *
     * @param reference its own name for the charge or refund
     */
    record PaymentAnswer(String reference) {
    }
}
