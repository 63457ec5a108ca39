// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The channel on which nodes hear that there is work in a schema. */
public final class Channel {

    private static final String PREFIX = "perdure_";

    /** PostgreSQL takes no longer name, in octets. */
    private static final int LONGEST = 63;

    private Channel() {
    }

    /** The name of a schema's channel; one that would be too long is made of a hash of the schema's name. */
    public static String of(String schema) {
        String name = PREFIX + schema;
        if (name.getBytes(StandardCharsets.UTF_8).length <= LONGEST) {
            return name;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(schema.getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
