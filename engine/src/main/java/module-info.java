// SPDX-License-Identifier: Apache-2.0

/** Durable execution for Java: workflows that run to completion although the process dies half-way. */
module dev.perdure.engine {
    requires transitive java.sql;
    requires org.slf4j;
    requires static transitive org.jspecify;
    // For the exit code after SIGTERM, see dev.perdure.world.
    requires jdk.unsupported;

    exports dev.perdure;
    exports dev.perdure.journal;
    exports dev.perdure.world;
    exports dev.perdure.store;
    exports dev.perdure.engine;

    uses dev.perdure.Codec;
    uses dev.perdure.CronReader;
}
