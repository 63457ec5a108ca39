// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of every statement, by name. SQL lives in {@code .sql} files: a line {@code -- name: x} begins statement
 * x.
 */
public final class Sql {

    private static final Pattern NAME = Pattern.compile("(?m)^-- name: (\\S+)$");
    private static final Pattern COMMENT = Pattern.compile("(?m)^--.*$\n?");

    private static final Map<String, String> STATEMENTS = new HashMap<>();

    static {
        read("read.sql");
        read("write.sql");
        String run = text("run");
        STATEMENTS.replaceAll((name, sql) -> sql.replace("${run}", run));
    }

    private Sql() {
    }

    /** A statement, or a part of one. */
    public static String text(String name) {
        String sql = STATEMENTS.get(name);
        if (sql == null) {
            throw new IllegalArgumentException("there is no statement '" + name + "' in the .sql files. Add it there");
        }
        return sql;
    }

    /** A whole file beside this class. */
    static String file(String name) {
        try (InputStream in = Sql.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in this build of perdure-store-sqlite. Build it"
                        + " again, with its resources");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void read(String name) {
        String text = file(name);
        Matcher heading = NAME.matcher(text);
        boolean more = heading.find();
        while (more) {
            String statement = heading.group(1);
            int from = heading.end();
            more = heading.find();
            String sql = COMMENT.matcher(text.substring(from, more ? heading.start() : text.length())).replaceAll("");
            STATEMENTS.put(statement, sql.strip());
        }
    }
}
