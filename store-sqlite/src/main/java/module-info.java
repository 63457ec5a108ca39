// SPDX-License-Identifier: Apache-2.0

/** Journals in one SQLite file. */
module dev.perdure.store.sqlite {
    requires transitive dev.perdure.engine;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires org.xerial.sqlitejdbc;

    exports dev.perdure.store.sqlite;
}
