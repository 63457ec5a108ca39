// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.RunFilter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageRendererTest {

    @Test
    void every_page_is_rendered_once_and_one_of_a_tenant_at_a_time() {
        MemoryStore store = new MemoryStore();
        List<RunHandle<String>> jobs = new ArrayList<>();
        Client client = Client.connect(store);
        jobs.addAll(PageRenderer.enqueue(client, "acme", 9));
        jobs.addAll(PageRenderer.enqueue(client, "acme", 10));
        jobs.addAll(PageRenderer.enqueue(client, "bolt", 4));
        PageRenderer renderer = new PageRenderer();
        try (Engine engine = Engine.builder().store(store).activity(PageRenderer.RENDER, renderer::render)
                .queue(PageRenderer.QUEUE).start()) {
            assertThat(jobs.stream().map(RunHandle::result)).contains("acme-10.pdf", "bolt-3.pdf");
            assertThat(engine.count(RunFilter.all())).isEqualTo(14);
        }
        assertThat(renderer.mostOfOneTenant()).isEqualTo(1);
    }
}
