// SPDX-License-Identifier: Apache-2.0

/**
 * The one dependency: engine, JSON codec and SQLite store. The reader of cron expressions comes along as an artifact,
 * but is not required as a module: its library has no descriptor, so jlink would not take it. Where it is on the module
 * path, it is found.
 */
module dev.perdure {
    requires transitive dev.perdure.engine;
    requires transitive dev.perdure.jackson;
    requires transitive dev.perdure.store.sqlite;
}
