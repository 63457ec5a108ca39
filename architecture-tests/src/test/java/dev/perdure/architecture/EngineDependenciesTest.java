// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;

/** The engine goes into other people's applications, so it brings almost nothing along. */
class EngineDependenciesTest {

    @Test
    void the_engine_depends_on_a_logging_facade_and_on_annotations() throws Exception {
        assertThat(dependenciesThatUsersGet())
                .as("dependencies of engine/pom.xml outside the scope test: the engine does without another library, "
                        + "or what needs it becomes a module around the engine")
                .containsExactlyInAnyOrder("org.slf4j:slf4j-api", "org.jspecify:jspecify");
    }

    @Test
    void the_module_of_the_engine_requires_nothing_else() throws IOException {
        assertThat(descriptor().requires().stream().map(Requires::name))
                .as("what module-info of the engine requires")
                .containsExactlyInAnyOrder("java.base", "java.sql", "jdk.unsupported", "org.slf4j", "org.jspecify");
        assertThat(descriptor().requires().stream().filter(required -> required.name().equals("org.jspecify")))
                .as("annotations are for compilers: requires static")
                .allSatisfy(required -> assertThat(required.modifiers()).contains(Requires.Modifier.STATIC));
    }

    @Test
    void the_engine_exports_five_of_its_eleven_stations() throws IOException {
        assertThat(descriptor().exports().stream().map(ModuleDescriptor.Exports::source))
                .as("what the engine exports is a promise for years; the other stations stay free to change")
                .containsExactlyInAnyOrder("dev.perdure", "dev.perdure.journal", "dev.perdure.world",
                        "dev.perdure.store", "dev.perdure.engine");
    }

    private static List<String> dependenciesThatUsersGet() throws Exception {
        var pom = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(Project.ROOT.resolve("engine/pom.xml").toFile());
        var found = (NodeList) XPathFactory.newInstance().newXPath().evaluate(
                "/project/dependencies/dependency[not(scope = 'test')]", pom, XPathConstants.NODESET);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            var path = XPathFactory.newInstance().newXPath();
            names.add(path.evaluate("groupId", found.item(i)) + ":" + path.evaluate("artifactId", found.item(i)));
        }
        return names;
    }

    private static ModuleDescriptor descriptor() throws IOException {
        try (var in = Files.newInputStream(Project.ROOT.resolve("engine/target/classes/module-info.class"))) {
            return ModuleDescriptor.read(in);
        }
    }
}
