// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Activity;
import dev.perdure.ActivityContext;
import dev.perdure.Queue;
import dev.perdure.StartOptions;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.QueueView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The snippets of queues.md. */
class QueuesTest {

    private static final Activity<String, String> SEND = Activity.named("send", String.class, String.class);

    // snippet:define
    static final Queue MAIL = Queue.named("mail").limit(5).limitPerKey(1).rate(100, Duration.ofSeconds(1));
    // end

    private final List<String> gauges = new ArrayList<>();

    private void gauge(String name, long waiting, long running) {
        gauges.add(name + ": " + waiting + " wait, " + running + " go on");
    }

    private static final class Mails {

        String send(ActivityContext ctx, String letter) {
            return "sent " + letter;
        }
    }

    @Test
    void c8_i8_a_job_waits_in_a_queue_until_its_limits_let_it_in() {
        MemoryStore store = new MemoryStore();
        Client client = Client.connect(store);
        Mails mails = new Mails();
        String tenant = "acme";
        String letter = "Dear customer";
        // snippet:start
        client.start(SEND, StartOptions.id("mail-4711").queue("mail").key(tenant).priority(5), letter);
        // end
        // snippet:depth
        for (QueueView view : client.queues()) {
            gauge(view.queue().name(), view.waiting(), view.running());
        }
        // end
        assertThat(gauges).containsExactly("mail: 1 wait, 0 go on");
        // snippet:engine
        Engine engine = Engine.builder().store(store).activity(SEND, mails::send).queue(MAIL).start();
        // end
        try (engine) {
            assertThat(engine.handle(SEND, "mail-4711").result()).isEqualTo("sent Dear customer");
            // snippet:set
            client.setQueue(MAIL.limit(20));
            // end
            assertThat(client.queues()).extracting(QueueView::queue).containsExactly(MAIL.limit(20));
        }
    }
}
