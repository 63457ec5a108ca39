// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What the code of the engine may not call, and what it calls instead. */
class BannedCallsTest {

    private static final String WORLD = "dev.perdure.world";
    private static final String FIBER = "dev.perdure.fiber";

    /**
     * One ban.
     *
     * @param calls what is banned: a pattern of deeds, with or without their parameters
     * @param allowedIn the packages of the engine that may do it all the same
     * @param instead what to do
     */
    private record Ban(Pattern calls, Set<String> allowedIn, String instead) {
        static Ban of(String calls, Set<String> allowedIn, String instead) {
            return new Ban(Pattern.compile(calls), allowedIn, instead);
        }

        boolean covers(ClassFile file, ClassFile.Deed deed) {
            return !allowedIn.contains(file.packageName())
                    && (isBanned(deed.what()) || isBanned(withoutParameters(deed)));
        }

        private boolean isBanned(String what) {
            return calls.matcher(what).matches();
        }

        private static String withoutParameters(ClassFile.Deed deed) {
            return deed.what().replaceFirst("\\(.*", "");
        }
    }

    private static final List<Ban> BANS = List.of(
            Ban.of("java\\.lang\\.System\\.(currentTimeMillis|nanoTime)|java\\.time\\.Clock\\.(system.*|tick.*)"
                            + "|java\\.time\\.(Instant|Local\\w+|Offset\\w+|ZonedDateTime|Year|YearMonth)\\.now"
                            + "|java\\.util\\.(Date|GregorianCalendar)\\.new",
                    Set.of(WORLD), "ask the World for the time; in a turn the time is that of the arrival"),
            Ban.of("java\\.lang\\.Thread\\.sleep", Set.of(WORLD), "await a condition, or arm a timer of the World"),
            Ban.of("java\\.lang\\.Thread\\.(ofVirtual|startVirtualThread)",
                    Set.of(WORLD, FIBER), "ask the World for a thread"),
            Ban.of("java\\.lang\\.Thread\\.(new|ofPlatform)|java\\.util\\.Timer\\.new"
                            + "|java\\.util\\.concurrent\\.(Executors\\.new.*|(Scheduled)?ThreadPoolExecutor\\.new"
                            + "|ForkJoinPool\\.(new|commonPool)|CompletableFuture\\.(runAsync|supplyAsync"
                            + "|delayedExecutor|orTimeout|completeOnTimeout))",
                    Set.of(WORLD), "ask the World for a thread or a timer"),
            Ban.of("java\\.util\\.(Random|SplittableRandom)\\.new\\(\\)"
                            + "|java\\.security\\.SecureRandom\\.(new|getInstance.*)"
                            + "|java\\.util\\.concurrent\\.ThreadLocalRandom\\.current|java\\.util\\.UUID\\.randomUUID"
                            + "|java\\.lang\\.Math\\.random|java\\.util\\.random\\.RandomGenerator\\.(getDefault|of)",
                    Set.of(WORLD), "ask the World for chance; what a workflow draws comes from its journal"),
            Ban.of("synchronized|java\\.lang\\.Object\\.(wait|notify|notifyAll)",
                    Set.of(), "a virtual thread that blocks here pins its carrier on a JDK 21: use ReentrantLock"),
            Ban.of("java\\.lang\\.(Class\\.forName|ClassLoader\\.loadClass)|java\\.io\\.ObjectInputStream\\.new",
                    Set.of(WORLD), "no name in stored data is ever loaded as a class: the caller gives the type"),
            Ban.of("java\\.lang\\.(System\\.(exit|gc)|Runtime\\.(exit|halt))",
                    Set.of(WORLD), "a library does not end its host: throw, or stop the run"),
            Ban.of("java\\.lang\\.\\w+\\.printStackTrace\\(\\)|java\\.lang\\.System\\.(out|err)",
                    Set.of(), "log it with slf4j, or throw it"));

    @Test
    void the_engine_meets_the_world_at_one_door() {
        assertThat(Project.classesOf("engine").stream().flatMap(BannedCallsTest::violations))
                .as("calls that are banned in the engine")
                .isEmpty();
    }

    @Test
    void no_module_uses_monitors() {
        // The tools for people and the examples wait for nothing that a workflow waits for.
        assertThat(Stream.of("jackson", "store-sqlite", "store-tck")
                .flatMap(module -> Project.classesOf(module).stream())
                .flatMap(file -> file.deeds().stream())
                .filter(deed -> deed.what().equals("synchronized"))
                .map(ClassFile.Deed::where))
                .as("monitors: a virtual thread that blocks here would pin its carrier on a JDK 21: use ReentrantLock")
                .isEmpty();
    }

    @Test
    void a_banned_call_is_found_in_a_method_reference_and_in_a_monitor_too() {
        assertThat(violations(planted("dev/perdure/turn/Planted"))).satisfiesExactly(
                first -> assertThat(first).contains("dev.perdure.turn.Planted.m").contains("java.lang.System.nanoTime")
                        .contains("ask the World for the time"),
                second -> assertThat(second).contains("java.util.Random.new()"),
                third -> assertThat(third).contains("java.time.Instant.now"),
                fourth -> assertThat(fourth).contains("synchronized"));
    }

    @Test
    void the_world_may_ask_the_machine() {
        assertThat(violations(planted("dev/perdure/world/Planted"))).singleElement().asString()
                .contains("synchronized");
    }

    private static Stream<String> violations(ClassFile file) {
        return file.deeds().stream().flatMap(deed -> BANS.stream().filter(ban -> ban.covers(file, deed))
                .map(ban -> deed.where() + ": " + deed.what() + " is banned here; " + ban.instead()));
    }

    /** A class whose one method does four things that are banned. */
    private static ClassFile planted(String internalName) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V21, Opcodes.ACC_PUBLIC, internalName, null, "java/lang/Object", null);
        MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, "m", "()V", null, null);
        method.visitCode();
        method.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/System", "nanoTime", "()J", false);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/util/Random", "<init>", "()V", false);
        method.visitInvokeDynamicInsn("get", "()Ljava/util/function/Supplier;",
                new Handle(Opcodes.H_INVOKESTATIC, "java/lang/invoke/LambdaMetafactory", "metafactory", "()V", false),
                new Handle(Opcodes.H_INVOKESTATIC, "java/time/Instant", "now", "()Ljava/time/Instant;", false));
        method.visitInsn(Opcodes.MONITORENTER);
        method.visitInsn(Opcodes.RETURN);
        method.visitMaxs(2, 0);
        method.visitEnd();
        return ClassFile.of(writer.toByteArray());
    }
}
