// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perdure.Codec;
import dev.perdure.CodecException;
import dev.perdure.ContextMisuseException;
import dev.perdure.DuplicateNameException;
import dev.perdure.InvalidArgumentException;
import dev.perdure.Payload;
import dev.perdure.PayloadTooLargeException;
import dev.perdure.PerdureException;
import dev.perdure.RetryPolicy;
import dev.perdure.ReservedNameException;
import dev.perdure.StartOptions;
import dev.perdure.StepSpec;
import dev.perdure.TypeRef;
import dev.perdure.UnknownWorkflowException;
import dev.perdure.Workflow;
import dev.perdure.WorkflowContext;
import dev.perdure.WorkflowFailedException;
import dev.perdure.WrongTypeException;
import dev.perdure.engine.Engine;
import dev.perdure.jackson.JacksonCodec;
import dev.perdure.store.RunFilter;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bad input gets: a typed error that says what to do, and a store as it was. */
class BadInputTest extends OnEveryStore {

    private final Workflow.Implemented<String, String> echo =
            order((ctx, input) -> ctx.step("say", String.class, step -> "said " + input));

    private void nothingWasWritten() {
        assertThat(stage.outside().count(RunFilter.all())).isZero();
        assertThat(stage.disk.countEntries()).isZero();
    }

    private void othersAreUnharmed() {
        assertThat(stage.result(stage.engine().start(echo, "other", "x"))).isEqualTo("said x");
    }

    // ---- at the start ----

    @Test
    void an_unknown_workflow_is_refused_with_the_names_that_are_known() {
        stage.start(echo);
        Workflow<String, String> unknown = Workflow.named("unknown", String.class, String.class);

        UnknownWorkflowException refused = catchThrowableOfType(UnknownWorkflowException.class,
                () -> stage.engine().start(unknown, "order-1", "x"));
        assertThat(refused.workflow()).isEqualTo("unknown");
        assertThat(refused.code()).isEqualTo("unknown_workflow");
        assertThat(refused).hasMessageContaining("[order]").hasMessageContaining("Engine.builder().workflow(…)");
        assertThatThrownBy(() -> stage.engine().start("unknown", StartOptions.none(), Payload.NONE))
                .isInstanceOf(UnknownWorkflowException.class);
        nothingWasWritten();
        othersAreUnharmed();
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void an_input_of_the_wrong_type_is_refused_with_both_types() {
        stage.start(echo);

        assertThatThrownBy(() -> stage.engine().start((Workflow) echo, "order-1", 42))
                .isInstanceOf(WrongTypeException.class).hasMessageContaining("input of workflow 'order'")
                .hasMessageContaining("String").hasMessageContaining("java.lang.Integer")
                .hasMessageContaining("Pass the declared type");
        assertThatThrownBy(() -> stage.outside().start((Workflow) echo, "order-1", 42))
                .isInstanceOf(WrongTypeException.class);
        nothingWasWritten();
        othersAreUnharmed();
    }

    @Test
    void b2_an_input_over_the_limit_is_refused_with_its_size_and_what_to_do() {
        stage.with(builder -> builder.payloadLimit(100)).start(echo);

        PayloadTooLargeException refused = catchThrowableOfType(PayloadTooLargeException.class,
                () -> stage.engine().start(echo, "order-1", "x".repeat(200)));
        assertThat(refused).hasMessageContaining("has 202 bytes, the limit is 100")
                .hasMessageContaining("Keep large data elsewhere").hasMessageContaining("payloadLimit(…)");
        assertThatThrownBy(() -> stage.engine().start(echo,
                StartOptions.id("order-1").signal("go", "x".repeat(200)), "x"))
                .isInstanceOf(PayloadTooLargeException.class);
        nothingWasWritten();
        stage.engine().start(echo, "order-1", "x");
        assertThatThrownBy(() -> stage.engine().signal("order-1", "go", "x".repeat(200)))
                .isInstanceOf(PayloadTooLargeException.class);
        othersAreUnharmed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"perdure.order", "", " ", "a/b", "line\nbreak", "tab\t"})
    void a_name_that_breaks_the_rules_is_refused_wherever_it_is_given(String name) {
        stage.start(echo);
        Class<? extends PerdureException> expected =
                name.startsWith("perdure.") ? ReservedNameException.class : InvalidArgumentException.class;
        List<Runnable> uses = List.of(() -> Workflow.named(name), () -> StartOptions.id(name), () -> StepSpec.of(name),
                () -> StartOptions.none().signal(name, 1), () -> StartOptions.none().header(name, ""),
                () -> stage.engine().signal("order-1", name, 1));

        for (Runnable use : uses) {
            assertThatThrownBy(use::run).isInstanceOf(expected)
                    .hasMessageMatching("(?s).*(Choose another prefix|Give it a short|Use letters).*");
        }
        nothingWasWritten();
    }

    @Test
    void a_name_of_more_than_two_hundred_characters_is_refused() {
        assertThatThrownBy(() -> Workflow.named("x".repeat(201))).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("201 characters").hasMessageContaining("Shorten it");
    }

    @Test
    void a_signal_without_a_value_is_refused_with_what_to_send_instead() {
        stage.start(echo);

        assertThatThrownBy(() -> stage.engine().signal("order-1", "go", null))
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("Send true");
        nothingWasWritten();
    }

    // ---- when an engine is built ----

    @Test
    void two_workflows_of_one_name_are_refused_before_anything_runs() {
        assertThatThrownBy(() -> Engine.builder().store(stage.disk).workflow(echo).workflow(order((ctx, in) -> in)))
                .isInstanceOf(DuplicateNameException.class).hasMessageContaining("named 'order'")
                .hasMessageContaining("rename one");
        nothingWasWritten();
    }

    @Test
    void an_engine_without_a_store_or_without_workflows_says_what_is_missing() {
        assertThatThrownBy(() -> Engine.builder().workflow(echo).start()).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("SqliteStore.open(path)");
        assertThatThrownBy(() -> Engine.builder().store(stage.disk).start())
                .isInstanceOf(InvalidArgumentException.class).hasMessageContaining("Client.connect(store)");
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                Arguments.of("maxActiveRuns", (Runnable) () -> Engine.builder().maxActiveRuns(0)),
                Arguments.of("cacheSize", (Runnable) () -> Engine.builder().cacheSize(-1)),
                Arguments.of("payloadLimit", (Runnable) () -> Engine.builder().payloadLimit(0)),
                Arguments.of("journalLimit", (Runnable) () -> Engine.builder().journalLimit(0)),
                Arguments.of("journalWarning", (Runnable) () -> Engine.builder().journalWarning(-5)),
                Arguments.of("recoveryLimit", (Runnable) () -> Engine.builder().recoveryLimit(0)),
                Arguments.of("watchdog", (Runnable) () -> Engine.builder().watchdog(Duration.ZERO)),
                Arguments.of("closeDeadline", (Runnable) () -> Engine.builder().closeDeadline(Duration.ofDays(-1))),
                Arguments.of("defaultTimeout", (Runnable) () -> Engine.builder().defaultTimeout(Duration.ZERO)),
                Arguments.of("maxAttempts", (Runnable) () -> RetryPolicy.fixed(Duration.ZERO, 0)),
                Arguments.of("the retry delay", (Runnable) () -> RetryPolicy.forever(Duration.ofMillis(-1))),
                Arguments.of("the retry factor", (Runnable) () -> RetryPolicy.none().factor(0.5)),
                Arguments.of("the jitter", (Runnable) () -> RetryPolicy.none().jitter(2)),
                Arguments.of("the timeout of step 'a'", (Runnable) () -> StepSpec.of("a").timeout(Duration.ZERO)),
                Arguments.of("step 'a' is at-most-once", (Runnable) () ->
                        StepSpec.of("a").atMostOnce().retry(RetryPolicy.fixed(Duration.ZERO, 2))),
                Arguments.of("the start delay", (Runnable) () -> StartOptions.none().delay(Duration.ofNanos(-1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void a_setting_that_makes_no_sense_is_refused_by_name(String name, Runnable set) {
        assertThatThrownBy(set::run).isInstanceOf(InvalidArgumentException.class).hasMessageContaining(name);
    }

    @Test
    void no_codec_or_two_is_an_error_that_names_the_fix() throws Exception {
        assertThat(foundBy(List.of())).hasMessageContaining("there is no codec")
                .hasMessageContaining("perdure-jackson").hasMessageContaining(".codec(…)");
        assertThat(foundBy(List.of(JacksonCodec.class, SecondCodec.class))).hasMessageContaining("there are 2 codecs")
                .hasMessageContaining("json").hasMessageContaining("second").hasMessageContaining(".codec(…)")
                .hasMessageContaining(".alsoReads(…)");
    }

    /** Looks for codecs on a class path that has exactly these, and returns what that throws. */
    private CodecException foundBy(List<Class<? extends Codec>> codecs) throws Exception {
        Path services = Files.createDirectories(
                Files.createTempDirectory(directory, "path").resolve("META-INF/services"));
        Files.write(services.resolve("dev.perdure.Codec"), codecs.stream().map(Class::getName).toList());
        URL[] path = Stream.concat(Stream.of(services.getParent().getParent()),
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of))
                .map(BadInputTest::url).toArray(URL[]::new);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new OnlyTheseServices(path, services)) {
            Thread.currentThread().setContextClassLoader(loader);
            Object thrown = catchThrowableOfType(InvocationTargetException.class, () ->
                    loader.loadClass("dev.perdure.Payloads").getMethod("find").invoke(null)).getCause();
            return new CodecException(((Throwable) thrown).getMessage(), null);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (IOException wrong) {
            throw new AssertionError(wrong);
        }
    }

    /** Loads everything anew, and finds services in one place only. */
    private static final class OnlyTheseServices extends URLClassLoader {

        private final Path services;

        OnlyTheseServices(URL[] path, Path services) {
            super(path, ClassLoader.getPlatformClassLoader());
            this.services = services;
        }

        @Override
        public Enumeration<URL> findResources(String name) throws IOException {
            return name.equals("META-INF/services/dev.perdure.Codec")
                    ? Collections.enumeration(List.of(url(services.resolve("dev.perdure.Codec"))))
                    : super.findResources(name);
        }
    }

    /** Another codec on the class path. */
    public static final class SecondCodec implements Codec {
        @Override
        public String id() {
            return "second";
        }

        @Override
        public byte[] encode(Object value, TypeRef<?> type) {
            return new byte[0];
        }

        @Override
        public <T> T decode(byte[] bytes, TypeRef<T> type) {
            return null;
        }
    }

    // ---- in a workflow ----

    static Stream<Arguments> negativeDurations() {
        Duration negative = Duration.ofMillis(-1);
        return Stream.of(
                asked("the sleep", ctx -> ctx.sleep(negative)),
                asked("the timer", ctx -> ctx.timer(negative)),
                asked("the timeout of receive", ctx -> ctx.signals("go", String.class).receive(negative)),
                asked("the timeout of await", ctx -> ctx.await(() -> true, negative)),
                asked("the timeout of Promise.await", ctx -> ctx.async(fiber -> 1).await(negative)),
                asked("the capacity of a channel", ctx -> ctx.channel(-1)),
                asked("a select of nothing", ctx -> ctx.select()),
                asked("has min 2 above max 1", ctx -> ctx.version("change", 2, 1)),
                asked("name 'perdure.x'", ctx -> ctx.publish("perdure.x", 1)),
                asked("name 'perdure.x'", ctx -> ctx.signals("perdure.x", String.class)),
                asked("name 'perdure.x'", ctx -> ctx.async("perdure.x", fiber -> 1)),
                asked("name 'perdure.x'", ctx -> ctx.version("perdure.x", 0, 1)),
                asked("name 'perdure.x'", ctx -> ctx.sideEffect("perdure.x", String.class, inside -> "")),
                asked("name 'perdure.x'", ctx -> ctx.step("perdure.x", step -> { })),
                asked("query named 'twice'", ctx -> {
                    ctx.query("twice", String.class, question -> "");
                    ctx.query("twice", String.class, question -> "");
                }),
                asked("named 'twice'", ctx -> {
                    ctx.async("twice", fiber -> 1);
                    ctx.async("twice", fiber -> 2);
                }));
    }

    private static Arguments asked(String what, Consumer<WorkflowContext> ask) {
        return Arguments.of(what, ask);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("negativeDurations")
    void what_makes_no_sense_is_refused_to_the_workflow_live_and_on_replay(String what, Consumer<WorkflowContext> ask) {
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            String seen = "nothing";
            try {
                ask.accept(ctx);
            } catch (PerdureException refused) {
                seen = refused.getMessage();
            }
            ctx.signals("go", String.class).receive();
            return seen;
        });
        stage.start(workflow, Workflow.of("other", ctx -> { })).start(workflow, "order-1", "");
        stage.awaitRest("order-1");
        String journal = stage.journal("order-1");
        stage.crashAndStart(workflow).signal("order-1", "go", "");

        assertThat(stage.result(stage.engine().handle(workflow, "order-1"))).contains(what);
        assertThat(journal.lines()).as("nothing was recorded of it").hasSize(2);
    }

    @Test
    void a12_a_context_used_on_a_foreign_thread_is_refused_with_what_to_do_instead() {
        AtomicReference<Throwable> inStep = new AtomicReference<>();
        AtomicReference<Throwable> onThread = new AtomicReference<>();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            ctx.step("uses the context", step -> inStep.set(catchThrowableOfType(ContextMisuseException.class,
                    () -> ctx.sleep(Duration.ofHours(1)))));
            CompletableFuture.runAsync(() -> onThread.set(catchThrowableOfType(ContextMisuseException.class,
                    () -> ctx.step("x", String.class, step -> "")))).get();
            return "unharmed";
        });
        stage.start(workflow);

        assertThat(stage.result(stage.engine().start(workflow, "order-1", ""))).isEqualTo("unharmed");
        assertThat(inStep.get()).hasMessageContaining("sleep was called on thread").hasMessageContaining("'order-1'")
                .hasMessageContaining("inside a step use what the step was given");
        assertThat(onThread.get()).hasMessageContaining("step 'x' was called on thread")
                .hasMessageContaining("ctx.async");
        assertThat(stage.journal("order-1").lines()).as("nothing was recorded of it").hasSize(3);
    }

    @Test
    void a_context_used_after_the_run_has_ended_is_refused() {
        AtomicReference<WorkflowContext> kept = new AtomicReference<>();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            kept.set(ctx);
            return "done";
        });
        stage.start(workflow);
        stage.result(stage.engine().start(workflow, "order-1", ""));

        assertThatThrownBy(() -> kept.get().now()).isInstanceOf(ContextMisuseException.class);
    }

    @Test
    void a_context_used_in_a_condition_or_a_side_effect_is_refused_and_nothing_recorded() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            seen.add(catchThrowableOfType(ContextMisuseException.class,
                    () -> ctx.await(() -> ctx.now() != null)).getMessage());
            return ctx.sideEffect("value", String.class, inside -> {
                seen.add(catchThrowableOfType(ContextMisuseException.class, () -> ctx.uuid()).getMessage());
                return "kept";
            });
        });
        stage.start(workflow);

        assertThat(stage.result(stage.engine().start(workflow, "order-1", ""))).isEqualTo("kept");
        assertThat(seen).satisfiesExactly(first -> assertThat(first).contains("now was called inside a condition"),
                second -> assertThat(second).contains("uuid was called inside a side effect"));
    }

    @Test
    void continuing_as_new_with_a_wrong_input_or_on_a_branch_is_refused() {
        Workflow.Implemented<String, String> workflow = order((ctx, input) -> {
            String wrong = catchThrowableOfType(WrongTypeException.class, () -> ctx.continueAsNew(42)).getMessage();
            String branch = ctx.async(fiber -> catchThrowableOfType(ContextMisuseException.class,
                    () -> fiber.continueAsNew("x")).getMessage()).get();
            return wrong + branch;
        });
        stage.start(workflow);

        assertThat(stage.result(stage.engine().start(workflow, "order-1", "")))
                .contains("the input of workflow 'order'", "java.lang.Integer", "called on branch main/async-1");
    }

    @Test
    void a_result_of_the_wrong_type_fails_the_run_with_both_types() {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Workflow.Implemented<String, String> workflow = order((Workflow.Body) (ctx, input) -> 42);
        stage.start(workflow, Workflow.of("other", ctx -> { }));

        WorkflowFailedException failed = catchThrowableOfType(WorkflowFailedException.class,
                () -> stage.result(stage.engine().start(workflow, "order-1", "")));
        assertThat(failed.failure().is(WrongTypeException.class)).isTrue();
        assertThat(failed).hasMessageContaining("the result of workflow 'order'");
    }
}
