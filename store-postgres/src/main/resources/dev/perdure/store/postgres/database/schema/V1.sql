-- SPDX-License-Identifier: Apache-2.0
-- Version 1 of the schema. A file that was ever released is never changed: write the next version into a file of its own.
-- Times are milliseconds since 1970. No statement relies on a search path: ${schema} is the name that was chosen.

-- A row for each node that lives. Nobody ever updates it: every batch of a node holds it FOR KEY SHARE until it commits,
-- and who takes a node's runs over deletes it first, which waits for that batch and keeps the next one out.
CREATE TABLE ${schema}.fences (
    node uuid PRIMARY KEY
);

-- Signs of life, apart from the fences because they change all the time.
CREATE TABLE ${schema}.nodes (
    node      uuid   PRIMARY KEY,
    pulse     bigint NOT NULL DEFAULT 0,
    lease     bigint NOT NULL,                  -- how long it may be silent, in milliseconds
    joined_at bigint NOT NULL
) WITH (fillfactor = 50);

-- What each incarnation was started with: written once. Its number (id) counts incarnations in the order in which they came.
CREATE TABLE ${schema}.runs (
    incarnation uuid    PRIMARY KEY,
    id          bigint  GENERATED ALWAYS AS IDENTITY,
    run_id      text    COLLATE "C" NOT NULL,
    present     boolean NOT NULL DEFAULT true,  -- false when another incarnation has taken the name over
    chain       uuid    NOT NULL,
    workflow    text    COLLATE "C" NOT NULL,
    codec       text    NOT NULL,
    input       bytea   NOT NULL,
    headers     text[]  NOT NULL,               -- name, value, name, value
    start_at    bigint  NOT NULL,
    created_at  bigint  NOT NULL,
    previous    uuid,
    queue       text    COLLATE "C" NOT NULL DEFAULT '', -- the queue it waits in; empty for none
    queue_key   text    COLLATE "C" NOT NULL DEFAULT '',
    priority    integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX runs_by_id ON ${schema}.runs (id);
CREATE UNIQUE INDEX runs_by_name ON ${schema}.runs (run_id) WHERE present;
CREATE INDEX runs_by_chain ON ${schema}.runs (chain) WHERE present;
CREATE INDEX runs_by_workflow ON ${schema}.runs (workflow, id) WHERE present;
CREATE INDEX runs_by_creation ON ${schema}.runs (created_at) WHERE present;
CREATE TABLE ${schema}.attributes (
    incarnation uuid NOT NULL,
    name        text COLLATE "C" NOT NULL,
    value       text COLLATE "C" NOT NULL,
    PRIMARY KEY (incarnation, name)
);
CREATE INDEX attributes_by_value ON ${schema}.attributes (name, value, incarnation);

-- Which runs are told how a chain ends: the one that has started it (own), and those that have joined it.
CREATE TABLE ${schema}.families (
    child        uuid    NOT NULL,              -- a chain
    parent       uuid    NOT NULL,              -- an incarnation
    fiber        text    COLLATE "C" NOT NULL,
    place        integer NOT NULL,
    parent_chain uuid    NOT NULL,
    parent_id    text    NOT NULL,
    close        text    NOT NULL,
    own          boolean NOT NULL,
    PRIMARY KEY (child, parent, fiber, place)
);
CREATE INDEX families_by_parent ON ${schema}.families (parent) WHERE own;

-- By when a chain must have begun (START) and ended (END). Found by the next look after that, and deleted then.
CREATE TABLE ${schema}.limits (
    chain uuid   NOT NULL,
    kind  text   COLLATE "C" NOT NULL,
    due   bigint NOT NULL,
    span  bigint NOT NULL,
    PRIMARY KEY (chain, kind)
);
CREATE INDEX limits_by_time ON ${schema}.limits (due);

-- The small, changing part of each incarnation. Only its owner changes it, or whoever finds it without one.
CREATE TABLE ${schema}.states (
    incarnation uuid    PRIMARY KEY,
    status      text    COLLATE "C" NOT NULL,
    wake_at     bigint,                         -- NULL for never
    waiting     text    NOT NULL DEFAULT '',
    problem     text    NOT NULL DEFAULT '',
    owner       uuid,
    recoveries  integer NOT NULL DEFAULT 0,
    unread      integer NOT NULL DEFAULT 0,
    changed_at  bigint  NOT NULL,
    queue       text    COLLATE "C" NOT NULL DEFAULT '',
    queue_key   text    COLLATE "C" NOT NULL DEFAULT '',
    rank        bigint  NOT NULL DEFAULT 0,     -- its place in the queue before it has begun; lower ones come first
    number      bigint  GENERATED ALWAYS AS IDENTITY -- among those of one rank; then, among those that were taken
) WITH (fillfactor = 80);
CREATE INDEX states_by_owner ON ${schema}.states (owner) WHERE owner IS NOT NULL;
CREATE INDEX states_running ON ${schema}.states (queue) WHERE owner IS NULL AND status = 'RUNNING';
CREATE INDEX states_by_time ON ${schema}.states (wake_at)
    WHERE owner IS NULL AND status IN ('QUEUED', 'SUSPENDED') AND wake_at IS NOT NULL AND queue = '';
CREATE INDEX queued_by_time ON ${schema}.states (queue, wake_at)
    WHERE owner IS NULL AND status IN ('QUEUED', 'SUSPENDED') AND wake_at IS NOT NULL AND queue <> '';
CREATE INDEX queued_begun ON ${schema}.states (queue, wake_at)
    WHERE owner IS NULL AND status = 'SUSPENDED' AND wake_at IS NOT NULL AND queue <> '';
CREATE INDEX queued_by_rank ON ${schema}.states (queue, rank, number)
    WHERE owner IS NULL AND status = 'QUEUED' AND queue <> '';
CREATE INDEX queued_by_key ON ${schema}.states (queue, queue_key, rank, number)
    WHERE owner IS NULL AND status = 'QUEUED' AND queue <> '';
CREATE INDEX queued_taken ON ${schema}.states (queue, number) WHERE owner IS NOT NULL AND queue <> '';
-- For lists only. The condition is one that nobody else's implies: while hardly any run waits, this would be taken for as good
-- a way to those who come next as the indexes above, and then all that wait would be read and sorted.
CREATE INDEX states_by_status ON ${schema}.states (status) WHERE (status = 'COMPLETED') IS FALSE;

-- The queues that anybody has named, with their limits, and with what is left of their rates (tokens) at a time. Who takes
-- runs of a queue that has limits locks its row and counts; nobody else locks it.
CREATE TABLE ${schema}.queues (
    name      text    COLLATE "C" PRIMARY KEY,
    most      integer NOT NULL DEFAULT 2147483647,  -- which is no limit, here and below
    per_key   integer NOT NULL DEFAULT 2147483647,
    per_node  integer NOT NULL DEFAULT 2147483647,
    rate      integer NOT NULL DEFAULT 2147483647,  -- so many in so many milliseconds
    per       bigint  NOT NULL DEFAULT 1000,
    declared  text    NOT NULL DEFAULT '',          -- the limits that code has said last; empty for none
    tokens    bigint  NOT NULL DEFAULT 0,          -- times that time
    filled_at bigint  NOT NULL DEFAULT 0
);

-- Journals: a row for each unit, inserted and never changed.
CREATE TABLE ${schema}.journal (
    incarnation uuid    NOT NULL,
    seq         bigint  NOT NULL,               -- the number of its first entry
    entries     integer NOT NULL,
    unit        bytea   NOT NULL,
    PRIMARY KEY (incarnation, seq)
);

-- Messages that a run has not heard yet. They are heard by rank, then by number. A sender inserts here and touches nothing
-- else: a row here for a run that nobody owns is what wakes it.
CREATE TABLE ${schema}.inbox (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain      uuid   NOT NULL,
    rank       bigint NOT NULL,
    message_id text   NOT NULL,
    kind       text   NOT NULL,
    name       text   NOT NULL,
    codec      text   NOT NULL,
    value      bytea  NOT NULL,
    sender     text   NOT NULL,
    sent_at    bigint NOT NULL
);
CREATE INDEX inbox_by_chain ON ${schema}.inbox (chain, rank, number);

-- The ids of all messages that a chain was ever sent.
CREATE TABLE ${schema}.sent (
    chain      uuid NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (chain, message_id)
);

-- What has happened and all may know: inserted once under a name of somebody's choice.
CREATE TABLE ${schema}.facts (
    name       text   COLLATE "C" PRIMARY KEY,
    codec      text   NOT NULL,
    value      bytea  NOT NULL,
    emitter    text   NOT NULL,
    emitted_at bigint NOT NULL
);

-- Which runs wait for which fact, and where.
CREATE TABLE ${schema}.listeners (
    incarnation uuid    NOT NULL,
    fiber       text    COLLATE "C" NOT NULL,
    place       integer NOT NULL,
    chain       uuid    NOT NULL,
    name        text    COLLATE "C" NOT NULL,
    PRIMARY KEY (incarnation, fiber, place)
);
CREATE INDEX listeners_by_name ON ${schema}.listeners (name);

-- Names of which there is a new fact, or somebody new who waits for one. Whoever takes a row away tells those who wait.
CREATE TABLE ${schema}.news (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name   text   COLLATE "C" NOT NULL
);

-- How far open steps have come, and what runs have published.
CREATE TABLE ${schema}.attempts (
    incarnation uuid    NOT NULL,
    fiber       text    COLLATE "C" NOT NULL,
    place       integer NOT NULL,
    step        text    NOT NULL,
    made        integer NOT NULL,
    first_at    bigint  NOT NULL,
    next_at     bigint  NOT NULL,
    failure     bytea   NOT NULL,               -- empty for none
    codec       text    NOT NULL,               -- of what an activity has said of its progress
    progress    bytea   NOT NULL,
    PRIMARY KEY (incarnation, fiber, place)
);
CREATE TABLE ${schema}.published (
    incarnation uuid  NOT NULL,
    name        text  COLLATE "C" NOT NULL,
    codec       text  NOT NULL,
    value       bytea NOT NULL,
    PRIMARY KEY (incarnation, name)
);
