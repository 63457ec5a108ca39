// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples;

import dev.perdure.Activity;
import dev.perdure.ActivityContext;
import dev.perdure.Queue;
import dev.perdure.RetryPolicy;
import dev.perdure.StartOptions;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.engine.RunStarter.Launch;
import dev.perdure.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A durable job queue for many tenants: whoever has a thousand jobs keeps nobody else waiting, because only one job of
 * each tenant is under way at a time. There is no workflow; jobs are activities that a client starts.
 */
public final class PageRenderer {

    static final Activity<Page, String> RENDER = Activity.named("render", Page.class, String.class).queue("render")
            .retry(RetryPolicy.exponential(Duration.ofMillis(20), 5));

    static final Queue QUEUE = Queue.named("render").limit(4).limitPerKey(1);

    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();
    private final AtomicInteger most = new AtomicInteger();

    record Page(String tenant, int number) {
    }

    String render(ActivityContext ctx, Page page) throws InterruptedException {
        most.accumulateAndGet(underWay.merge(page.tenant(), 1, Integer::sum), Math::max);
        try {
            Thread.sleep(5);
            if (page.number() == 3 && ctx.attempt() == 1) {
                throw new IllegalStateException("the printer is out of paper");
            }
            return page.tenant() + "-" + page.number() + ".pdf";
        } finally {
            underWay.merge(page.tenant(), -1, Integer::sum);
        }
    }

    int mostOfOneTenant() {
        return most.get();
    }

    /** The id is what the job is about, so that it is done once, however often it is asked for. */
    static List<RunHandle<String>> enqueue(Client client, String tenant, int pages) {
        List<Launch<Page>> launches = new ArrayList<>();
        for (int number = 1; number <= pages; number++) {
            launches.add(new Launch<>(StartOptions.id("render-" + tenant + "-" + number).key(tenant),
                    new Page(tenant, number)));
        }
        return client.startAll(RENDER, launches);
    }

    /**
     * Renders the pages of three tenants.
     *
     * @param args the database file
     */
    public static void main(String[] args) {
        PageRenderer renderer = new PageRenderer();
        try (SqliteStore store = SqliteStore.open(Path.of(args[0]));
                Engine engine = Engine.builder().store(store).activity(RENDER, renderer::render).queue(QUEUE).start()) {
            List<RunHandle<String>> handles = new ArrayList<>(enqueue(engine, "acme", 12));
            handles.addAll(enqueue(engine, "bolt", 3));
            handles.addAll(enqueue(engine, "cora", 3));
            handles.forEach(job -> System.out.println(job.result()));
            System.out.println(handles.size() + " pages, at most " + renderer.mostOfOneTenant()
                    + " of one tenant at a time");
        }
    }
}
