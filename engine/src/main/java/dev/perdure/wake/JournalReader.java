// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.journal.Unit;
import dev.perdure.store.Store;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A journal from the store, a page at a time, so that a long one need not fit into memory. */
final class JournalReader implements Supplier<@Nullable Unit> {

    private static final int PAGE = 512;

    private final Store store;
    private final UUID incarnation;
    private List<Unit> page = List.of();
    private int next;
    private long after;
    private boolean last;

    JournalReader(Store store, UUID incarnation) {
        this.store = store;
        this.incarnation = incarnation;
    }

    /** A part has been read before. */
    JournalReader(Store store, Store.Loaded begun) {
        this(store, begun.launch().incarnation());
        this.page = begun.units();
        this.last = begun.isWhole();
    }

    @Override
    public @Nullable Unit get() {
        if (next == page.size()) {
            if (last) {
                return null;
            }
            page = store.journal(incarnation, after, PAGE);
            next = 0;
            last = page.size() < PAGE;
            if (page.isEmpty()) {
                return null;
            }
        }
        Unit unit = page.get(next++);
        after = unit.seq();
        return unit;
    }
}
