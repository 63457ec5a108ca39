// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CatalogueImportTest {

    private static final CatalogueImport.Catalogue SPRING =
            new CatalogueImport.Catalogue(List.of("boots", "bags", "coats"));

    @Test
    void a_query_is_answered_from_the_variables_of_a_live_run() {
        CountDownLatch shopOpens = new CountDownLatch(1);
        CatalogueImport slow = new CatalogueImport(page -> {
            shopOpens.await();
            return page.length();
        });
        try (MemoryStore store = new MemoryStore();
                Engine engine = Engine.builder().store(store).workflow(CatalogueImport.IMPORT, slow::run).start()) {
            RunHandle<Integer> run = engine.start(CatalogueImport.IMPORT, "spring", SPRING);

            assertThat((Object) run.query("left", "b", List.class)).isEqualTo(List.of("boots", "bags"));

            shopOpens.countDown();
            assertThat(run.result()).isEqualTo(14);
        }
    }

    @Test
    void a_published_value_is_read_by_a_client_when_the_run_has_finished() {
        CatalogueImport quick = new CatalogueImport(String::length);
        try (MemoryStore store = new MemoryStore();
                Engine engine = Engine.builder().store(store).workflow(CatalogueImport.IMPORT, quick::run).start();
                Client client = Client.connect(store)) {
            engine.start(CatalogueImport.IMPORT, "spring", SPRING).result();

            assertThat(client.handle("spring").read("progress", CatalogueImport.Progress.class))
                    .contains(new CatalogueImport.Progress(3, 3));
            assertThat(client.handle("spring").read("nothing", String.class)).isEmpty();
        }
    }
}
