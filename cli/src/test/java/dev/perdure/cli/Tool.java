// SPDX-License-Identifier: Apache-2.0
package dev.perdure.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tool, called in this process, and what came of it. */
record Tool(int exit, String out, String err) {

    static Tool run(String... args) {
        return run(Map.of(), args);
    }

    static Tool run(Map<String, String> environment, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Main.commandLine(environment).setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(args);
        return new Tool(exit, out.toString(), err.toString());
    }

    JsonNode json() {
        return new JsonMapper().readTree(out);
    }
}
