// SPDX-License-Identifier: Apache-2.0

/** The one dependency: engine, JSON codec and SQLite store. */
module dev.perdure {
    requires transitive dev.perdure.engine;
    requires transitive dev.perdure.jackson;
    requires transitive dev.perdure.store.sqlite;
}
