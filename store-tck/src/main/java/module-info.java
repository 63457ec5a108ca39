// SPDX-License-Identifier: Apache-2.0

/** The contract of a store, as tests. */
module dev.perdure.store.tck {
    requires transitive dev.perdure.engine;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;

    exports dev.perdure.store.tck;
}
