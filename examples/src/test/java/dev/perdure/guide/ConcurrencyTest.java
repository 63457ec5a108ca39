// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.Channel;
import dev.perdure.Promise;
import dev.perdure.Selection;
import dev.perdure.Signals;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.RunHandle;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {

    private final Store store = new MemoryStore();

    @Test
    void branches_run_side_by_side() {
        CyclicBarrier both = new CyclicBarrier(2);
        Workflow.Implemented<Void, Integer> quote = Workflow.of("quote", Void.class, Integer.class, (ctx, none) -> {
            // snippet:async
            Promise<Integer> flight = ctx.async("flight", branch -> branch.step("flight", Integer.class, step -> {
                both.await();
                return 120;
            }));
            Promise<Integer> hotel = ctx.async("hotel", branch -> branch.step("hotel", Integer.class, step -> {
                both.await();
                return 80;
            }));
            return flight.get() + hotel.get();
            // end
        });
        try (Engine engine = Engine.builder().store(store).workflow(quote).start()) {
            RunHandle<Integer> run = engine.start(quote, null);
            assertThat(run.result()).isEqualTo(200);
            assertThat(run.journal().toString()).contains("main/flight#0", "main/hotel#0");
        }
    }

    @Test
    void promises_are_joined() {
        Workflow.Implemented<Void, String> join = Workflow.of("join", Void.class, String.class, (ctx, none) -> {
            // snippet:join
            List<Promise<String>> mirrors = new ArrayList<>();
            for (String mirror : List.of("north", "south")) {
                mirrors.add(ctx.async(branch -> branch.step("ask " + mirror, String.class, step -> ask(mirror))));
            }
            List<String> everyAnswer = Promise.all(mirrors).get();      // in the order of the list
            String firstAnswer = Promise.any(mirrors).get();            // passes over failures
            String firstOutcome = Promise.race(mirrors).get();          // a failure counts, too
            // end
            assertThat(everyAnswer).contains(firstAnswer, firstOutcome);
            return String.join(" ", everyAnswer);
        });
        try (Engine engine = Engine.builder().store(store).workflow(join).start()) {
            assertThat(engine.start(join, null).result()).isEqualTo("NORTH SOUTH");
        }
    }

    private static String ask(String mirror) {
        return mirror.toUpperCase(Locale.ROOT);
    }

    @Test
    void the_losers_of_a_select_are_cancelled_if_they_should_be() {
        Workflow.Implemented<Void, String> pick = Workflow.of("pick", Void.class, String.class, (ctx, none) -> {
            // snippet:select
            Promise<String> slow = ctx.async(branch -> {
                branch.sleep(Duration.ofDays(1));
                return "slow";
            });
            Signals<String> votes = ctx.signals("vote", String.class);
            Selection first = ctx.select(votes, slow);
            first.cancelPending();
            return first.is(votes) ? first.value(votes) : first.value(slow);
            // end
        });
        try (Engine engine = Engine.builder().store(store).workflow(pick).start()) {
            RunHandle<String> run = engine.start(pick, null);
            run.signal("vote", "blue");
            assertThat(run.result()).isEqualTo("blue");
        }
    }

    @Test
    void a_condition_on_variables_is_awaited() {
        Workflow.Implemented<Void, Integer> gather = Workflow.of("gather", Void.class, Integer.class, (ctx, none) -> {
            // snippet:await
            List<String> votes = new ArrayList<>();
            ctx.runAsync(branch -> {
                Signals<String> incoming = branch.signals("vote", String.class);
                while (true) {
                    votes.add(incoming.receive());
                }
            });
            boolean quorum = ctx.await(() -> votes.size() >= 3, Duration.ofDays(2));
            // end
            return quorum ? votes.size() : -1;
        });
        try (Engine engine = Engine.builder().store(store).workflow(gather).start()) {
            RunHandle<Integer> run = engine.start(gather, null);
            for (String voter : List.of("ada", "bob", "cyd")) {
                run.signal("vote", voter);
            }
            assertThat(run.result()).isEqualTo(3);
        }
    }

    @Test
    void fibers_hand_values_over_a_channel() {
        Workflow.Implemented<Void, String> pipe = Workflow.of("pipe", Void.class, String.class, (ctx, none) -> {
            // snippet:channel
            Channel<String> pages = ctx.channel(2);
            ctx.runAsync(reader -> {
                for (int page = 1; page <= 3; page++) {
                    int number = page;
                    pages.send(reader.step("read", String.class, step -> "page " + number));
                }
                pages.close();
            });
            List<String> read = new ArrayList<>();
            for (Optional<String> page = pages.receive(); page.isPresent(); page = pages.receive()) {
                read.add(page.get());
            }
            // end
            return String.join(", ", read);
        });
        try (Engine engine = Engine.builder().store(store).workflow(pipe).start()) {
            assertThat(engine.start(pipe, null).result()).isEqualTo("page 1, page 2, page 3");
        }
    }
}
