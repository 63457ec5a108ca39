// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres;

import dev.perdure.journal.Unit;
import dev.perdure.store.Attempt;
import dev.perdure.store.NewRun;
import dev.perdure.store.RunRow;
import dev.perdure.store.Store;
import dev.perdure.store.postgres.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Reads many runs with a few statements. */
final class Loads {

    private record Of<T>(UUID incarnation, T what) {
    }

    private Loads() {
    }

    static Map<UUID, Store.Loaded> load(Session session, List<RunRow> rows, int most) throws SQLException {
        List<UUID> incarnations = rows.stream().map(RunRow::incarnation).toList();
        Map<UUID, List<Unit>> units = byRun(session.sql("load.units").with("uuid", incarnations).with(most)
                .all(row -> new Of<>(Rows.id(row, 3), Rows.unit(row))));
        Map<UUID, List<Attempt>> attempts = byRun(session.sql("load.attempts").with("uuid", incarnations)
                .all(row -> new Of<>(Rows.id(row, 10), Rows.attempt(row))));
        Set<UUID> unread = new HashSet<>(session.sql("load.unread")
                .with("uuid", rows.stream().map(RunRow::chain).toList()).all(row -> Rows.id(row, 1)));
        Map<UUID, Store.Loaded> loaded = new HashMap<>();
        for (NewRun launch : session.sql("load.launches").with("uuid", incarnations).all(Rows::launch)) {
            List<Unit> first = units.getOrDefault(launch.incarnation(), List.of());
            loaded.put(launch.incarnation(), new Store.Loaded(launch, first, first.size() < most,
                    attempts.getOrDefault(launch.incarnation(), List.of()), unread.contains(launch.chain())));
        }
        return loaded;
    }

    private static <T> Map<UUID, List<T>> byRun(List<Of<T>> rows) {
        Map<UUID, List<T>> byRun = new HashMap<>();
        rows.forEach(row -> byRun.computeIfAbsent(row.incarnation(), key -> new ArrayList<>()).add(row.what()));
        return byRun;
    }
}
