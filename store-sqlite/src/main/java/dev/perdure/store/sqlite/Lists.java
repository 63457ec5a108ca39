// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import dev.perdure.RunStatus;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.sqlite.file.Prepared;
import dev.perdure.store.sqlite.file.Session;
import dev.perdure.store.sqlite.file.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Lists and counts: the one place where a statement is put together, of the parts in {@code read.sql}. */
final class Lists {

    /** Gives a statement the values of one condition. */
    private interface Values {
        void bind(Prepared statement) throws SQLException;
    }

    private final StringBuilder text;
    private final List<Values> values = new ArrayList<>();

    private Lists(String head) {
        this.text = new StringBuilder(Sql.text(head));
    }

    static List<RunRow> list(Session session, RunFilter filter, Optional<UUID> before, int limit) throws SQLException {
        Prepared statement = page(filter, before, limit).prepare(session);
        try {
            return statement.all(Rows::run);
        } finally {
            statement.close();
        }
    }

    static long count(Session session, RunFilter filter) throws SQLException {
        Lists lists = new Lists("list.count");
        lists.conditions(filter);
        Prepared statement = lists.prepare(session);
        try {
            Long count = statement.first(row -> row.getLong(1));
            return count == null ? 0 : count;
        } finally {
            statement.close();
        }
    }

    /** How the database goes about a list, in its own words. */
    static List<String> plan(Session session, RunFilter filter, Optional<UUID> before, int limit) throws SQLException {
        Lists page = page(filter, before, limit);
        page.text.insert(0, "EXPLAIN QUERY PLAN ");
        Prepared statement = page.prepare(session);
        try {
            return statement.all(row -> row.getString("detail"));
        } finally {
            statement.close();
        }
    }

    private static Lists page(RunFilter filter, Optional<UUID> before, int limit) {
        Lists lists = new Lists("list");
        lists.conditions(filter);
        before.ifPresent(last -> lists.and("list.before", statement -> statement.with(last)));
        lists.and("list.page", statement -> statement.with(limit));
        return lists;
    }

    private void conditions(RunFilter filter) {
        for (Map.Entry<String, String> attribute : filter.attributes().entrySet()) {
            and("list.attribute", statement -> statement.with(attribute.getKey()).with(attribute.getValue()));
        }
        if (!filter.statuses().isEmpty()) {
            String marks = String.join(", ", Collections.nCopies(filter.statuses().size(), "?"));
            add(Sql.text("list.statuses").replace("${marks}", marks), statement -> {
                for (RunStatus status : filter.statuses()) {
                    statement.with(status.name());
                }
            });
            if (!filter.statuses().contains(RunStatus.COMPLETED)) {
                // Says nothing new, but an index that leaves completed runs out can be used only where that is said.
                add(Sql.text("list.not_completed"), statement -> { });
            }
        }
        if (filter.workflow() != null) {
            and("list.workflow", statement -> statement.with(filter.workflow()));
        }
        if (!filter.idPrefix().isEmpty()) {
            and("list.prefix", statement -> statement.with(filter.idPrefix()).with(filter.idPrefix()));
        }
        if (filter.createdFrom() != Long.MIN_VALUE) {
            and("list.created_from", statement -> statement.with(filter.createdFrom()));
        }
        if (filter.createdTo() != Long.MAX_VALUE) {
            and("list.created_to", statement -> statement.with(filter.createdTo()));
        }
    }

    private void and(String part, Values bound) {
        add(Sql.text(part), bound);
    }

    private void add(String part, Values bound) {
        text.append('\n').append(part);
        values.add(bound);
    }

    private Prepared prepare(Session session) throws SQLException {
        Prepared statement = session.prepare(text.toString());
        for (Values bound : values) {
            bound.bind(statement);
        }
        return statement;
    }
}
