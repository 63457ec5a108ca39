// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of every statement, by name, for one schema. SQL lives in {@code .sql} files: a line {@code -- name: x}
 * begins statement x, and <code>${x}</code> stands for its text. After {@code (plan kept)} and {@code (by index)} see
 * {@link Plan}.
 */
public final class Sql {

    private static final Pattern NAME = Pattern.compile("(?m)^-- name: (\\S+)(?: \\((plan kept|by index)\\))?$");
    private static final Pattern COMMENT = Pattern.compile("(?m)^--.*$\n?");
    private static final Pattern PART = Pattern.compile("\\$\\{([\\w.]+)}");

    private final String schema;
    private final Map<String, String> statements = new HashMap<>();
    private final Map<String, Plan> plans = new HashMap<>();

    Sql(String schema) {
        this.schema = '"' + schema.replace("\"", "\"\"") + '"';
        read("read.sql");
        read("write.sql");
        statements.replaceAll((name, text) -> filled(text));
    }

    /** A statement, or a part of one. */
    public String text(String name) {
        String sql = statements.get(name);
        if (sql == null) {
            throw new IllegalArgumentException("there is no statement '" + name + "' in the .sql files. Add it there");
        }
        return sql;
    }

    /** How the server is to find its way about a statement. */
    Plan plan(String name) {
        return plans.getOrDefault(name, Plan.MADE_EACH_TIME);
    }

    /** What makes a version of the schema of the one before. */
    String definition(int version) {
        return filled(file("schema/V" + version + ".sql"));
    }

    private String filled(String text) {
        return PART.matcher(text).replaceAll(part -> Matcher.quoteReplacement(switch (part.group(1)) {
            case "schema" -> schema;
            case "values" -> part.group();
            default -> filled(statements.get(part.group(1)));
        }));
    }

    private static String file(String name) {
        try (InputStream in = Sql.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in this build of perdure-store-postgres. Build it"
                        + " again, with its resources");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void read(String name) {
        String text = file(name);
        Matcher heading = NAME.matcher(text);
        boolean more = heading.find();
        while (more) {
            String statement = heading.group(1);
            if (heading.group(2) != null) {
                plans.put(statement, Plan.of(heading.group(2)));
            }
            int from = heading.end();
            more = heading.find();
            String sql = COMMENT.matcher(text.substring(from, more ? heading.start() : text.length())).replaceAll("");
            statements.put(statement, sql.strip());
        }
    }
}
