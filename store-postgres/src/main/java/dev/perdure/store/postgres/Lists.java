// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.RunStatus;
import dev.perdure.store.RunFilter;
import dev.perdure.store.RunRow;
import dev.perdure.store.postgres.database.Prepared;
import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
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

    private final Session session;
    private final StringBuilder text;
    private final List<Values> values = new ArrayList<>();

    private Lists(Session session, String head) {
        this.session = session;
        this.text = new StringBuilder(session.text(head));
    }

    static List<RunRow> list(Session session, RunFilter filter, Optional<UUID> before, int limit) throws SQLException {
        return page(session, filter, before, limit).prepare().all(Rows::run);
    }

    static long count(Session session, RunFilter filter) throws SQLException {
        Lists lists = new Lists(session, "list.count");
        lists.conditions(filter);
        Long count = lists.prepare().first(row -> row.getLong(1));
        return count == null ? 0 : count;
    }

    /** How the database goes about a list, in its own words. */
    static List<String> plan(Session session, RunFilter filter, Optional<UUID> before, int limit) throws SQLException {
        Lists page = page(session, filter, before, limit);
        page.text.insert(0, "EXPLAIN ");
        return page.prepare().all(row -> row.getString(1));
    }

    private static Lists page(Session session, RunFilter filter, Optional<UUID> before, int limit) {
        Lists lists = new Lists(session, "list");
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
            and("list.statuses", statement ->
                    statement.with("text", filter.statuses().stream().map(RunStatus::name).toList()));
            if (!filter.statuses().contains(RunStatus.COMPLETED)) {
                // Says nothing new, but the index that leaves completed runs out can be used only where that is said.
                and("list.not_completed", statement -> { });
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
        text.append('\n').append(session.text(part));
        values.add(bound);
    }

    private Prepared prepare() throws SQLException {
        Prepared statement = session.prepare(text.toString());
        for (Values bound : values) {
            bound.bind(statement);
        }
        return statement;
    }
}
