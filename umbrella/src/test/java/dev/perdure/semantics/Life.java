// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.Workflow;

/** What happens to a run whenever it rests. */
enum Life {
    /** It stays in memory from beginning to end. */
    LIVE {
        @Override
        void atRest(Stage stage, Workflow.Implemented<?, ?> workflow) {
            // It rests.
        }
    },
    /** It leaves memory. */
    EVICTED {
        @Override
        void atRest(Stage stage, Workflow.Implemented<?, ?> workflow) {
            stage.awaitEvicted();
        }
    },
    /** Its engine is closed and another one started. */
    RESTARTED {
        @Override
        void atRest(Stage stage, Workflow.Implemented<?, ?> workflow) {
            stage.restart(workflow);
        }
    },
    /** Its engine crashes and another one is started. */
    CRASHED {
        @Override
        void atRest(Stage stage, Workflow.Implemented<?, ?> workflow) {
            stage.crashAndStart(workflow);
        }
    };

    abstract void atRest(Stage stage, Workflow.Implemented<?, ?> workflow);

    Stage prepare(Stage stage) {
        return this == EVICTED ? stage.with(builder -> builder.cacheSize(0)) : stage;
    }
}
