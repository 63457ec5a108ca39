// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ScreenTest {

    private final StringWriter text = new StringWriter();

    @Test
    void progress_is_kept_out_of_a_file_while_there_is_news_now_and_then() {
        Screen screen = new Screen(new PrintWriter(text), false);

        screen.progress("1 of 2");
        screen.say("done");

        assertThat(text.toString()).isEqualTo("done" + System.lineSeparator());
    }
}
