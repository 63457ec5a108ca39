// SPDX-License-Identifier: Apache-2.0
package dev.perdure.store.postgres.database;

/**
 * How the server finds its way about a statement. It remembers what it found out for a prepared one until the next
 * ANALYZE of one of its tables. What it found out on a small table, to read it from one end to the other, takes seconds
 * when there are a hundred thousand rows a minute later. To find out anew costs it some tenths of a millisecond, and
 * several whole ones for the longest statements.
 */
enum Plan {

    /** The statement is not prepared: it is planned for tables as large as they are then. */
    MADE_EACH_TIME,

    /** It looks for nothing, or only for a node's fence. */
    KEPT,

    /**
     * It can be carried out by indexes alone, and its text gives the order of its joins where that matters. It is
     * planned once, while everything else is forbidden, so the plan is right for tables of every size. Not within a
     * user's transaction: what comes after it there would have to go by indexes, too.
     */
    BY_INDEX;

    static Plan of(String mark) {
        return switch (mark) {
            case "plan kept" -> KEPT;
            case "by index" -> BY_INDEX;
            default -> throw new IllegalArgumentException("a statement cannot be marked '" + mark + "'");
        };
    }
}
