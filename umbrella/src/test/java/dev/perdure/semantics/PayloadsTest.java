// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.Codec;
import dev.perdure.CodecException;
import dev.perdure.Payload;
import dev.perdure.PayloadTooLargeException;
import dev.perdure.PayloadTransform;
import dev.perdure.RetryPolicy;
import dev.perdure.RunStatus;
import dev.perdure.StartOptions;
import dev.perdure.TypeRef;
import dev.perdure.Workflow;
import dev.perdure.engine.RunHandle;
import dev.perdure.jackson.JacksonCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Values on their way to the store and back. */
class PayloadsTest extends OnEveryStore {

    private static final Duration HOUR = Duration.ofHours(1);

    /** Writes text as it is, in upper case or not. */
    private record TextCodec(String id) implements Codec {
        @Override
        public byte[] encode(Object value, TypeRef<?> type) {
            return value.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T decode(byte[] bytes, TypeRef<T> type) {
            return (T) new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Turns every bit around, so that nothing of the value can be read in the store. */
    private record Veil(String id, int key) implements PayloadTransform {
        @Override
        public byte[] apply(byte[] bytes) {
            byte[] veiled = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                veiled[i] = (byte) (bytes[i] ^ key);
            }
            return veiled;
        }

        @Override
        public byte[] revert(byte[] bytes) {
            return apply(bytes);
        }
    }

    private final Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
        String said = ctx.step("say", String.class, step -> "said " + input);
        return said + ctx.signals("go", String.class).receive();
    });

    @Test
    void h7_what_transforms_hide_is_hidden_in_the_store_and_readable_to_who_has_them() {
        stage.with(builder -> builder.transform(new Veil("veil", 0x55)).transform(new Veil("second", 0x2A)));
        stage.start(workflow).start(workflow, "order-1", "secret");
        stage.awaitRest("order-1");
        Payload stored = stage.disk.launch(stage.view("order-1").incarnation()).orElseThrow().input();
        assertThat(stored.codec()).isEqualTo("json+veil+second");
        assertThat(new String(stored.bytes(), StandardCharsets.UTF_8)).doesNotContain("secret");
        assertThat(stage.journal("order-1")).doesNotContain("secret");

        stage.crashAndStart(workflow).signal("order-1", "go", "!");
        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("said secret!");
    }

    @Test
    void h7_a_run_goes_on_after_the_codec_was_changed_if_the_old_one_may_still_read() {
        stage.start(workflow).start(workflow, "order-1", "x");
        stage.awaitRest("order-1");
        stage.with(builder -> builder.codec(new TextCodec("text")).alsoReads(new JacksonCodec())).restart(workflow);
        stage.engine().signal("order-1", "go", "!");

        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("said x!");
        assertThat(stage.journal("order-1")).contains("\"said x\"", "bytes of text");
    }

    @Test
    void x30_a_payload_that_nobody_can_read_sticks_its_own_run_and_is_mended_by_adding_the_reader() {
        stage.start(workflow).start(workflow, "order-1", "x");
        stage.awaitRest("order-1");
        stage.with(builder -> builder.codec(new TextCodec("text"))).restart(workflow);
        stage.engine().signal("order-1", "go", "!");
        stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);
        assertThat(stage.view("order-1").problem()).contains("the input of the run", "'json'", ".alsoReads(…)",
                "redrive");
        RunHandle<String> other = stage.engine().start(workflow, StartOptions.id("order-2").signal("go", "?"), "y");
        assertThat(stage.result(other)).as("its neighbour").isEqualTo("said y?");

        stage.with(builder -> builder.alsoReads(new JacksonCodec())).restart(workflow).redrive("order-1");
        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).isEqualTo("said x!");
    }

    @Test
    void x30_a_signal_of_the_wrong_type_sticks_the_run_until_the_code_reads_what_was_sent() {
        Workflow.Implemented<String, String> numbers =
                order((ctx, input) -> "" + ctx.signals("go", Integer.class).receive());
        stage.start(numbers).start(numbers, "order-1", "");
        stage.engine().signal("order-1", "go", "no number");
        stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);
        assertThat(stage.view("order-1").problem()).contains("a signal 'go'", "cannot be read", "redrive");

        Workflow.Implemented<String, String> words = order((ctx, input) -> ctx.signals("go", String.class).receive());
        stage.restart(words).redrive("order-1");
        assertThat(stage.result(stage.engine().handle(words, "order-1"))).isEqualTo("no number");
    }

    @Test
    void a_result_of_a_step_over_the_limit_fails_the_step_once_and_is_not_tried_again() {
        AtomicInteger bodies = new AtomicInteger();
        Workflow.Implemented<String, String> large = order((ctx, input) -> {
            var failed = StepScenarios.failureOf(() -> ctx.step("large", String.class, step -> {
                bodies.incrementAndGet();
                return "x".repeat(2_000);
            }));
            ctx.sleep(HOUR);
            return failed.failure().is(PayloadTooLargeException.class) + " " + failed.attempts();
        });
        stage.with(builder -> builder.payloadLimit(1_000).defaultRetry(RetryPolicy.forever(HOUR)));
        stage.start(large).start(large, "order-1", "");
        stage.awaitRest("order-1");
        stage.crashAndStart(large);
        stage.world.advance(HOUR);

        assertThat(stage.result(stage.engine().handle(large, "order-1"))).isEqualTo("true 1");
        assertThat(bodies).hasValue(1);
    }

    @Test
    void a_side_effect_that_cannot_be_kept_sticks_the_run_instead_of_taking_a_decision_that_replay_would_not_take() {
        Workflow.Implemented<String, String> large = order((ctx, input) -> {
            String seen;
            try {
                seen = ctx.sideEffect("large", String.class, inside -> "x".repeat(2_000));
            } catch (PayloadTooLargeException tooLarge) {
                seen = "swallowed";
            }
            ctx.sleep(HOUR);
            return seen.length() + "";
        });
        stage.with(builder -> builder.payloadLimit(1_000)).start(large).start(large, "order-1", "");
        stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);
        assertThat(stage.view("order-1").problem()).contains("side effect 'large'", "2002 bytes", "the limit is 1000",
                "redrive");

        stage.with(builder -> builder.payloadLimit(10_000)).restart(large).redrive("order-1");
        stage.awaitRest("order-1");
        stage.crashAndStart(large);
        stage.world.advance(HOUR);
        assertThat(stage.result(stage.engine().handle(large, "order-1"))).isEqualTo("2000");
    }

    @Test
    void a_side_effect_that_throws_sticks_the_run_and_says_what_to_use_instead() {
        AtomicInteger times = new AtomicInteger();
        Workflow.Implemented<String, String> broken = order((ctx, input) -> ctx.sideEffect("host", String.class, in -> {
            if (times.incrementAndGet() == 1) {
                throw new IllegalStateException("no host");
            }
            return "h";
        }));
        stage.start(broken).start(broken, "order-1", "");
        stage.until("stuck", () -> stage.view("order-1").status() == RunStatus.STUCK);
        assertThat(stage.view("order-1").problem()).contains("side effect 'host' threw", "no host", "ctx.step(…)",
                "PayloadsTest.java");

        stage.engine().redrive("order-1");
        assertThat(stage.result(stage.engine().handle(broken, "order-1"))).isEqualTo("h");
    }

    @Test
    void a_result_of_a_workflow_over_the_limit_fails_the_run_and_its_queries_are_answered_all_the_same() {
        Workflow.Implemented<String, String> large = order((ctx, input) -> {
            ctx.query("alive", String.class, question -> "yes");
            return "x".repeat(2_000);
        });
        stage.with(builder -> builder.payloadLimit(1_000)).start(large);
        RunHandle<String> run = stage.engine().start(large, "order-1", "");
        stage.awaitRest("order-1");

        assertThat(run.describe().status()).isEqualTo(RunStatus.FAILED);
        assertThat(stage.journal("order-1")).contains("PayloadTooLargeException");
        assertThat(run.query("alive", null, String.class)).isEqualTo("yes");
    }

    @Test
    void a_published_value_over_the_limit_is_an_exception_of_the_workflow_live_and_on_replay() {
        Workflow.Implemented<String, String> large = order((ctx, input) -> {
            String seen = "kept";
            try {
                ctx.publish("large", "x".repeat(2_000));
            } catch (PayloadTooLargeException tooLarge) {
                seen = tooLarge.code();
            }
            ctx.sleep(HOUR);
            return seen;
        });
        stage.with(builder -> builder.payloadLimit(1_000)).start(large).start(large, "order-1", "");
        stage.awaitRest("order-1");
        stage.crashAndStart(large);
        stage.world.advance(HOUR);

        assertThat(stage.result(stage.engine().handle(large, "order-1"))).isEqualTo("payload_too_large");
    }

    @Test
    void a_large_payload_within_the_limit_makes_the_whole_way() {
        String large = "x".repeat(1_500_000);
        Workflow.Implemented<String, String> echo = order((ctx, input) -> ctx.step("a", String.class, step -> input));
        stage.start(echo).start(echo, "order-1", large);
        stage.awaitRest("order-1");
        stage.crashAndStart(echo);

        assertThat(stage.result(stage.engine().handle(echo, "order-1"))).isEqualTo(large);
    }

    @Test
    void a_codec_that_throws_when_it_reads_a_result_says_so_to_who_asked() {
        stage.start(workflow);
        RunHandle<String> run = stage.engine().start(workflow, StartOptions.id("order-1").signal("go", "!"), "x");
        stage.result(run);
        Workflow<String, Integer> wrong = Workflow.named("order", String.class, Integer.class);

        assertThatThrownBy(() -> stage.result(stage.engine().handle(wrong, "order-1")))
                .isInstanceOf(CodecException.class);
    }
}
