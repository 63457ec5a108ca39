// SPDX-License-Identifier: Apache-2.0

/** Journals in PostgreSQL. */
module dev.perdure.store.postgres {
    requires transitive dev.perdure.engine;
    requires transitive java.sql;
    requires static transitive org.jspecify;
    requires com.zaxxer.hikari;
    requires org.postgresql.jdbc;
    requires org.slf4j;

    exports dev.perdure.store.postgres;
}
