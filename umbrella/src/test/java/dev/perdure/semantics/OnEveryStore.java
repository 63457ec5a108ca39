// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.Workflow;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds on every store alike: whoever extends this is run on each. */
@ParameterizedClass
@MethodSource("dev.perdure.semantics.Backend#chosen")
abstract class OnEveryStore {

    @Parameter
    Backend backend;

    @TempDir
    Path directory;

    Stage stage;

    @BeforeEach
    void openStage() {
        stage = new Stage(backend, directory);
    }

    /** A workflow of one name, whatever its code: the same one in another version. */
    static Workflow.Implemented<String, String> order(Workflow.Body<String, String> body) {
        return Workflow.of("order", String.class, String.class, body);
    }

    @AfterEach
    void closeStage() throws InterruptedException {
        stage.close();
    }
}
