// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Activity;
import dev.perdure.ActivityContext;
import dev.perdure.ChildRun;
import dev.perdure.Promise;
import dev.perdure.RetryPolicy;
import dev.perdure.StartOptions;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.engine.Client;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The snippets of activities.md. */
class ActivitiesTest {

    // snippet:define
    static final Activity<String, Integer> SCAN = Activity.named("scan", String.class, Integer.class)
            .retry(RetryPolicy.exponential(Duration.ofSeconds(1), 10))
            .timeout(Duration.ofMinutes(30))
            .heartbeatTimeout(Duration.ofMinutes(1));
    // end

    static final Workflow<String, Integer> ARCHIVE = Workflow.named("archive", String.class, Integer.class);

    private final Set<String> printed = Collections.synchronizedSet(new TreeSet<>());

    // snippet:body
    int scan(ActivityContext ctx, String folder) throws IOException {
        int pages = ctx.progress(Integer.class).orElse(0);
        for (String page : pagesOf(folder, pages)) {
            print(page, ctx.idempotencyKey() + "/" + pages);
            ctx.heartbeat(++pages);
        }
        return pages;
    }
    // end

    private static List<String> pagesOf(String folder, int from) {
        return folder.chars().skip(from).mapToObj(page -> "" + (char) page).toList();
    }

    private void print(String page, String key) throws IOException {
        if (!printed.add(page + " " + key)) {
            throw new IOException("printed twice");
        }
    }

    // snippet:call
    int run(WorkflowContext ctx, String folders) {
        List<ChildRun<Integer>> scans = new ArrayList<>();
        for (String folder : folders.split(" ")) {
            scans.add(ctx.start(SCAN, folder));
        }
        return Promise.all(scans).get().stream().mapToInt(Integer::intValue).sum();
    }
    // end

    private final CompletableFuture<String> mail = new CompletableFuture<>();

    // snippet:later
    String approve(ActivityContext ctx, String order) {
        askByMail(order, ctx.completeLater());
        return "this is not looked at";
    }
    // end

    private void askByMail(String order, String token) {
        mail.complete(token);
    }

    @Test
    void somebody_outside_completes_an_activity() {
        Activity<String, String> approve = Activity.named("approve", String.class, String.class);
        try (Engine engine = Engine.builder().store(new MemoryStore()).activity(approve, this::approve).start()) {
            RunHandle<String> approval = engine.start(approve, "order-1");
            engine.complete(mail.join(), "yes");
            assertThat(approval.result()).isEqualTo("yes");
        }
    }

    @Test
    void a_workflow_calls_activities() {
        MemoryStore store = new MemoryStore();
        ActivitiesTest archive = this;
        ActivitiesTest scanner = this;
        // snippet:register
        Engine engine = Engine.builder().store(store)
                .workflow(ARCHIVE, archive::run)
                .activity(SCAN, scanner::scan)
                .start();
        // end
        try (engine) {
            assertThat(engine.start(ARCHIVE, "a bb ccc").result()).isEqualTo(6);
            assertThat(printed).hasSize(6);
        }
    }

    @Test
    void a_client_starts_an_activity_as_a_job() {
        try (Engine engine = Engine.builder().store(new MemoryStore()).activity(SCAN, this::scan).start()) {
            Client client = engine;
            String folder = "abc";
            // snippet:job
            RunHandle<Integer> job = client.start(SCAN,
                    StartOptions.id("scan-of-" + folder).delay(Duration.ofMinutes(5)), folder);
            // end
            assertThat(job.explain()).contains("to be started at");
            assertThat(client.start(SCAN, "at-once", folder).result()).isEqualTo(3);
        }
    }
}
