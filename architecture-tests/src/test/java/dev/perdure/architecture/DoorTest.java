// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code ./perdure}, as far as it can be tried without building. */
class DoorTest {

    @Test
    void without_arguments_every_chore_is_listed() throws Exception {
        List<String> chores = Pattern.compile("(?m)^        ([a-z| ]+)\\) (shift;|find_jdk;)")
                .matcher(Project.read(Project.ROOT.resolve("perdure"))).results()
                .map(match -> match.group(1).split(" ")[0]).toList();
        assertThat(chores).as("chores in the script: main() has one line for each").contains("demo", "test", "bench");
        String listed = door(null);
        assertThat(chores).as("chores that the listing of ./perdure leaves out").allSatisfy(
                chore -> assertThat(listed).contains("./perdure " + chore));
    }

    @Test
    void a_jdk_is_found_whatever_JAVA_HOME_says() throws Exception {
        assertThat(door("/nowhere", "jdk")).matches("(?s)JDK \\d+ in /.*");
        assertThat(door("", "jdk")).matches("(?s)JDK \\d+ in /.*");
    }

    private static String door(String javaHome, String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", Project.ROOT.resolve("perdure").toString());
        builder.command().addAll(List.of(words));
        if (javaHome != null) {
            builder.environment().put("JAVA_HOME", javaHome);
        }
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
