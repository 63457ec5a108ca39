-- SPDX-License-Identifier: Apache-2.0
-- Version 1 of the schema. A file that was ever released is never changed: write the next version into a file of its own.
-- Times are milliseconds since 1970; ids that Perdure makes are the 16 octets of a UUID.

-- The node that may own runs: no row or one. Whoever finds another one here has been ended.
CREATE TABLE nodes (
    node      BLOB    NOT NULL,
    joined_at INTEGER NOT NULL
);

-- The small, changing part of each incarnation. Its number (id) counts incarnations in the order in which they came.
CREATE TABLE runs (
    id           INTEGER PRIMARY KEY,
    incarnation  BLOB    NOT NULL,
    run_id       TEXT    NOT NULL,
    present      INTEGER NOT NULL DEFAULT 1,  -- 0 when another incarnation has taken the name over
    chain        BLOB    NOT NULL,
    workflow     TEXT    NOT NULL,
    status       TEXT    NOT NULL,
    wake_at      INTEGER,                     -- NULL for never
    waiting      TEXT    NOT NULL DEFAULT '',
    problem      TEXT    NOT NULL DEFAULT '',
    owner        BLOB,
    recoveries   INTEGER NOT NULL DEFAULT 0,
    unread       INTEGER NOT NULL DEFAULT 0,
    addressed    INTEGER NOT NULL DEFAULT 0,  -- 1 as long as the inbox has something for it
    created_at   INTEGER NOT NULL,
    changed_at   INTEGER NOT NULL,
    queue        TEXT    NOT NULL DEFAULT '', -- the queue it waits in; empty for none
    queue_key    TEXT    NOT NULL DEFAULT '',
    rank         INTEGER NOT NULL DEFAULT 0,  -- its place there before it has begun; lower ones come first
    -- From when on a node may claim it: -1 is at once, NULL is not by time alone. The one place where this is decided.
    claimable_at INTEGER GENERATED ALWAYS AS (
        CASE WHEN owner IS NOT NULL THEN NULL
             WHEN status = 'RUNNING' OR status = 'SUSPENDED' AND addressed THEN -1
             WHEN status = 'SUSPENDED' OR status = 'QUEUED' THEN wake_at END) VIRTUAL,
    -- In a queue, those come first that have begun.
    place        INTEGER GENERATED ALWAYS AS (CASE status WHEN 'QUEUED' THEN rank ELSE -4611686018427387904 END) VIRTUAL
);
CREATE UNIQUE INDEX runs_by_incarnation ON runs (incarnation);
CREATE UNIQUE INDEX runs_by_name ON runs (run_id) WHERE present = 1;
CREATE INDEX runs_by_claim ON runs (claimable_at) WHERE claimable_at IS NOT NULL AND queue = '';
CREATE INDEX queued_by_claim ON runs (claimable_at) WHERE claimable_at IS NOT NULL AND queue <> '';
CREATE INDEX queued_by_place ON runs (queue, place) WHERE claimable_at IS NOT NULL AND queue <> '';
CREATE INDEX queued_by_key ON runs (queue, queue_key, place) WHERE claimable_at IS NOT NULL AND queue <> '';
CREATE INDEX runs_by_owner ON runs (owner, addressed) WHERE owner IS NOT NULL;
-- For lists. Completed runs are the many; they are found by their number, newest first.
CREATE INDEX runs_by_status ON runs (status) WHERE present = 1 AND status <> 'COMPLETED';
CREATE INDEX runs_by_workflow ON runs (workflow) WHERE present = 1;
CREATE INDEX runs_by_creation ON runs (created_at) WHERE present = 1;

-- What an incarnation was started with: written once, so that it never has to move when the row above changes.
CREATE TABLE launches (
    run      INTEGER PRIMARY KEY,
    codec    TEXT    NOT NULL,
    input    BLOB    NOT NULL,
    start_at INTEGER NOT NULL,
    previous BLOB,
    priority INTEGER NOT NULL
);
-- The queues that anybody has named, with their limits, and with what is left of their rates (tokens) at a time.
CREATE TABLE queues (
    name      TEXT    PRIMARY KEY NOT NULL,
    most      INTEGER NOT NULL,              -- 2147483647 is no limit, here and below
    per_key   INTEGER NOT NULL,
    per_node  INTEGER NOT NULL,
    rate      INTEGER NOT NULL,              -- so many in so many milliseconds
    per       INTEGER NOT NULL,
    declared  TEXT    NOT NULL,              -- the limits that code has said last; empty for none
    tokens    INTEGER NOT NULL,              -- times that time
    filled_at INTEGER NOT NULL
) WITHOUT ROWID;
-- Which runs are told how a chain ends: the one that has started it (own), and those that have joined it.
CREATE TABLE families (
    child        BLOB    NOT NULL,             -- a chain
    parent       BLOB    NOT NULL,             -- an incarnation
    fiber        TEXT    NOT NULL,
    place        INTEGER NOT NULL,
    parent_chain BLOB    NOT NULL,
    parent_id    TEXT    NOT NULL,
    close        TEXT    NOT NULL,
    own          INTEGER NOT NULL,
    PRIMARY KEY (child, parent, fiber, place)
) WITHOUT ROWID;
CREATE INDEX families_by_parent ON families (parent) WHERE own = 1;

-- By when a chain must have begun (START) and ended (END). Found by the next look after that, and deleted then.
CREATE TABLE limits (
    chain BLOB    NOT NULL,
    kind  TEXT    NOT NULL,
    due   INTEGER NOT NULL,
    span  INTEGER NOT NULL,
    PRIMARY KEY (chain, kind)
) WITHOUT ROWID;
CREATE INDEX limits_by_time ON limits (due);

CREATE TABLE headers (
    run   INTEGER NOT NULL,
    place INTEGER NOT NULL,
    name  TEXT    NOT NULL,
    value TEXT    NOT NULL,
    PRIMARY KEY (run, place)
) WITHOUT ROWID;
CREATE TABLE attributes (
    run   INTEGER NOT NULL,
    name  TEXT    NOT NULL,
    value TEXT    NOT NULL,
    PRIMARY KEY (run, name)
) WITHOUT ROWID;
CREATE INDEX attributes_by_value ON attributes (name, value, run);

-- Journals: a row has some units of one run, in order, appended at the end of the table; see docs/adr/0024.
CREATE TABLE journal (
    id      INTEGER PRIMARY KEY,
    run     INTEGER NOT NULL,
    seq     INTEGER NOT NULL,  -- the number of its first entry
    entries INTEGER NOT NULL,
    units   BLOB    NOT NULL
);
CREATE UNIQUE INDEX journal_by_run ON journal (run, seq);

-- What has been appended to the journals of owned runs lately: a row for each batch. Of each run only what comes after its
-- rows above counts.
CREATE TABLE log (
    id      INTEGER PRIMARY KEY,
    records BLOB NOT NULL
);

-- Messages that a run has not heard yet. They are heard by rank, then by number.
CREATE TABLE inbox (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    run        INTEGER NOT NULL,
    rank       INTEGER NOT NULL,
    message_id TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    codec      TEXT    NOT NULL,
    value      BLOB    NOT NULL,
    sender     TEXT    NOT NULL,
    sent_at    INTEGER NOT NULL
);
CREATE INDEX inbox_by_run ON inbox (run, rank, number);

-- The ids of all messages that a chain was ever sent.
CREATE TABLE sent (
    chain      BLOB NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (chain, message_id)
) WITHOUT ROWID;

-- What has happened and all may know: inserted once under a name of somebody's choice.
CREATE TABLE facts (
    name       TEXT    PRIMARY KEY NOT NULL,
    codec      TEXT    NOT NULL,
    value      BLOB    NOT NULL,
    emitter    TEXT    NOT NULL,
    emitted_at INTEGER NOT NULL
);

-- Which runs wait for which fact that is not known yet, and where.
CREATE TABLE listeners (
    incarnation BLOB    NOT NULL,
    fiber       TEXT    NOT NULL,
    place       INTEGER NOT NULL,
    chain       BLOB    NOT NULL,
    name        TEXT    NOT NULL,
    PRIMARY KEY (incarnation, fiber, place)
) WITHOUT ROWID;
CREATE INDEX listeners_by_name ON listeners (name);

-- How far open steps have come, and what runs have published.
CREATE TABLE attempts (
    run      INTEGER NOT NULL,
    fiber    TEXT    NOT NULL,
    place    INTEGER NOT NULL,
    step     TEXT    NOT NULL,
    made     INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    next_at  INTEGER NOT NULL,
    failure  BLOB    NOT NULL,             -- empty for none
    codec    TEXT    NOT NULL,             -- of what an activity has said of its progress
    progress BLOB    NOT NULL,
    PRIMARY KEY (run, fiber, place)
) WITHOUT ROWID;
CREATE TABLE published (
    run   INTEGER NOT NULL,
    name  TEXT    NOT NULL,
    codec TEXT    NOT NULL,
    value BLOB    NOT NULL,
    PRIMARY KEY (run, name)
) WITHOUT ROWID;
