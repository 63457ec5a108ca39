// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.RunStatus;
import dev.perdure.store.NewRun;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import dev.perdure.store.sqlite.file.Prepared;
import dev.perdure.store.sqlite.file.Sql;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How SQLite goes about the queries, in its own words, and how the file is set. */
class SqlitePlansTest {

    @TempDir
    private Path directory;

    private SqliteStore store;

    @BeforeEach
    void open() {
        store = SqliteStore.open(directory.resolve("store.db"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "claim               | SEARCH r USING INDEX runs_by_claim (claimable_at<?)",
        "claimable.workflows | SEARCH runs USING INDEX runs_by_claim (claimable_at<?)",
        "claimable.next      | SEARCH runs USING INDEX runs_by_claim (claimable_at>?)",
        "inbox.of_owner      | SEARCH r USING INDEX runs_by_owner (owner=? AND addressed=?)",
        "inbox.of_owner      | SEARCH i USING INDEX inbox_by_run (run=?)",
        "inbox.of_chain      | SEARCH r USING INDEX runs_by_name (run_id=?)",
        "inbox.of_chain      | SEARCH i USING INDEX inbox_by_run (run=?)",
        "owned.recover       | SEARCH runs USING INDEX runs_by_owner (owner>?)",
        "owned.list          | SEARCH runs USING INDEX runs_by_owner (owner=?)",
        "run.by_name         | SEARCH r USING INDEX runs_by_name (run_id=?)",
        "run.by_incarnation  | SEARCH r USING INDEX runs_by_incarnation (incarnation=?)",
        "journal             | SEARCH journal USING INDEX journal_by_run (run=?)",
        "journal.after       | SEARCH journal USING INDEX journal_by_run (run=? AND seq>?)",
        "journal.last        | SEARCH journal USING INDEX journal_by_run (run=?)",
        "journal.end         | SEARCH journal USING INDEX journal_by_run (run=?)",
        "run.addressed       | SEARCH inbox USING COVERING INDEX inbox_by_run (run=?)"})
    void a_statement_goes_straight_to_its_rows(String statement, String way) {
        assertThat(plan(statement)).as("the plan of %s", statement).contains(way)
                .noneMatch(step -> step.startsWith("SCAN"));
    }

    @ParameterizedTest
    @CsvSource({"claim", "claimable.next", "inbox.of_chain", "journal", "journal.after",
        "journal.last", "journal.end", "log"})
    void what_is_asked_all_the_time_is_not_sorted(String statement) {
        assertThat(plan(statement)).noneMatch(step -> step.contains("TEMP B-TREE"));
    }

    @Test
    void a_list_uses_the_index_of_its_condition() {
        RunFilter all = RunFilter.all();
        Map<RunFilter, String> ways = Map.of(
                all.status(RunStatus.STUCK), "runs_by_status (status=?)",
                all.status(RunStatus.STUCK, RunStatus.FAILED), "runs_by_status (status=?)",
                all.workflow("checkout"), "runs_by_workflow (workflow=?)",
                all.idPrefix("order-"), "runs_by_name (run_id>? AND run_id<?)",
                all.created(1, 2), "runs_by_creation (created_at>? AND created_at<?)",
                all.attribute("customer", "c-1"), "attributes_by_value (name=? AND value=?)",
                all.status(RunStatus.STUCK).workflow("checkout"), "INDEX runs_by_");
        ways.forEach((filter, way) -> assertThat(list(filter, Optional.empty())).as("%s", filter)
                .anyMatch(step -> step.contains(way)).noneMatch(step -> step.startsWith("SCAN")));
        // Newest first is the order of the table itself: nothing is sorted, and reading ends with the page.
        assertThat(list(all, Optional.empty())).containsExactly("SCAN r");
        assertThat(list(all.status(RunStatus.COMPLETED), Optional.empty())).containsExactly("SCAN r");
        assertThat(list(all.status(RunStatus.STUCK), Optional.empty())).hasSize(1);
        assertThat(list(all, Optional.of(UUID.randomUUID()))).contains("SEARCH r USING INTEGER PRIMARY KEY (rowid<?)");
    }

    @Test
    void h2_every_commit_survives_a_power_cut() {
        assertThat(writer("PRAGMA journal_mode")).isEqualTo("wal");
        assertThat(writer("PRAGMA synchronous")).as("2 is FULL").isEqualTo("2");
        assertThat(writer("PRAGMA fullfsync")).isEqualTo("1");
        assertThat(writer("PRAGMA foreign_keys")).isEqualTo("0");
    }

    @Test
    void a_claim_does_not_wait_for_the_disk_and_the_next_commit_does() {
        UUID node = UUID.randomUUID();
        store.join(node, 1);
        NewRun run = Runs.run("order-1");
        store.write(List.of(Runs.start(run)));
        assertThat(writer("PRAGMA synchronous")).as("2 is FULL").isEqualTo("2");
        assertThat(store.claim(new Store.Claim(node, Set.of("checkout"), 1, 10))).hasSize(1);
        assertThat(writer("PRAGMA synchronous")).as("1 is NORMAL").isEqualTo("1");
        store.write(List.of(Runs.advance(node, run.incarnation(), Runs.unit(1))));
        assertThat(writer("PRAGMA synchronous")).isEqualTo("2");
    }

    @Test
    void the_settings_are_told() {
        assertThat(store.settings()).containsEntry("store", "sqlite").containsEntry("journal_mode", "wal")
                .containsEntry("synchronous", "FULL").containsEntry("page_size", "8192")
                .containsEntry("file", directory.resolve("store.db").toString()).containsKey("sqlite_version");
    }

    private List<String> plan(String statement) {
        return store.writer().look(session -> {
            Prepared explained = session.prepare("EXPLAIN QUERY PLAN " + Sql.text(statement));
            try {
                return explained.all(row -> row.getString("detail"));
            } finally {
                explained.close();
            }
        });
    }

    private List<String> list(RunFilter filter, Optional<UUID> before) {
        return store.writer().look(session -> Lists.plan(session, filter, before, 20));
    }

    private String writer(String question) {
        return store.writer().look(session -> session.ask(question));
    }
}
