-- SPDX-License-Identifier: Apache-2.0
-- What the campaign asks of the database itself, on a connection of its own. Times are milliseconds since 1970.

-- Notes who owns a run, and stamps each unit with who wrote it: by a default and a trigger that fires when an owner
-- changes, both of which take next to no time. Stamps are drawn while the run's row is locked or about to be, so that
-- those of one run are in order.
-- name: setup
CREATE SCHEMA chaos;
CREATE SEQUENCE chaos.stamps;
CREATE FUNCTION chaos.clock() RETURNS bigint LANGUAGE sql VOLATILE
    AS 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
CREATE TABLE chaos.owners (
    stamp       bigint      PRIMARY KEY DEFAULT nextval('chaos.stamps'),
    incarnation uuid        NOT NULL,
    owner       uuid,
    status      text        NOT NULL,
    queue       text        NOT NULL,
    process     text        NOT NULL DEFAULT current_setting('application_name'),
    xid         xid8        NOT NULL DEFAULT pg_current_xact_id(),
    seen        pg_snapshot NOT NULL DEFAULT pg_current_snapshot(),
    at          bigint      NOT NULL DEFAULT chaos.clock()
);
CREATE INDEX owners_by_run ON chaos.owners (incarnation, stamp);
CREATE FUNCTION chaos.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chaos.owners (incarnation, owner, status, queue) VALUES (NEW.incarnation, NEW.owner, NEW.status, NEW.queue);
    RETURN NULL;
END $$;
CREATE TRIGGER chaos_begins AFTER INSERT ON perdure.states
    FOR EACH ROW WHEN (NEW.owner IS NOT NULL) EXECUTE FUNCTION chaos.note();
CREATE TRIGGER chaos_changes AFTER UPDATE OF owner ON perdure.states
    FOR EACH ROW WHEN (NEW.owner IS DISTINCT FROM OLD.owner) EXECUTE FUNCTION chaos.note();
ALTER TABLE perdure.journal
    ADD writer text   NOT NULL DEFAULT current_setting('application_name'),
    ADD stamp  bigint NOT NULL DEFAULT nextval('chaos.stamps'),
    ADD xid    xid8   NOT NULL DEFAULT pg_current_xact_id();
CREATE TABLE chaos.effects (
    n           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id      text   NOT NULL,
    incarnation uuid   NOT NULL,
    key         text   NOT NULL,
    attempt     int    NOT NULL,
    kind        text   NOT NULL,                -- MUST happen, happens at most ONCE, or MAY happen
    content     text   NOT NULL,
    heard       bigint NOT NULL,                -- the number of the last entry that the code has heard
    durable     bigint NOT NULL,                -- the number of the last entry that the journal has
    logical     bigint NOT NULL,                -- the time in the run
    process     text   NOT NULL,
    at          bigint NOT NULL DEFAULT chaos.clock()
);
CREATE TABLE chaos.faults (
    process text   NOT NULL,                    -- empty for a fault that hits all
    kind    text   NOT NULL,                    -- LIFE is none: how long a process was there
    began   bigint NOT NULL,
    ended   bigint NOT NULL
);
CREATE TABLE chaos.snapshots (
    incarnation uuid   NOT NULL,
    last_seq    bigint NOT NULL,
    digest      text   NOT NULL
);
CREATE TABLE chaos.orders (
    run_id text PRIMARY KEY
);
CREATE TABLE chaos.withdrawals (                -- without a key: what is done twice stands there twice
    run_id  text NOT NULL,
    process text NOT NULL
);
CREATE INDEX withdrawals_by_run ON chaos.withdrawals (run_id);
CREATE TABLE chaos.work (                       -- of activities in queues with limits
    n       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue   text   NOT NULL,
    key     text   NOT NULL,
    run_id  text   NOT NULL,
    process text   NOT NULL,
    began   bigint NOT NULL DEFAULT chaos.clock(),
    ended   bigint
);
CREATE TABLE chaos.tokens (                     -- of activities that somebody outside completes
    token    text    PRIMARY KEY,
    answered boolean NOT NULL DEFAULT false
);

-- name: effect
INSERT INTO chaos.effects (run_id, incarnation, key, attempt, kind, content, heard, logical, process, durable)
SELECT ?, e.incarnation, ?, ?, ?, ?, ?, ?, ?,
    coalesce((SELECT max(j.seq + j.entries - 1) FROM perdure.journal j WHERE j.incarnation = e.incarnation), 0)
FROM (SELECT ?::uuid AS incarnation) e

-- name: order
INSERT INTO chaos.orders (run_id) VALUES (?)

-- name: order.exists
SELECT 1 FROM chaos.orders WHERE run_id = ?

-- name: withdraw
INSERT INTO chaos.withdrawals (run_id, process) VALUES (?, ?)

-- name: withdrawals
SELECT count(*) FROM chaos.withdrawals WHERE run_id = ?

-- name: work.begin
INSERT INTO chaos.work (queue, key, run_id, process) VALUES (?, ?, ?, ?) RETURNING n

-- name: work.end
UPDATE chaos.work SET ended = chaos.clock() WHERE n = ?

-- name: token
INSERT INTO chaos.tokens (token) VALUES (?) ON CONFLICT DO NOTHING

-- name: tokens
SELECT token FROM chaos.tokens WHERE NOT answered

-- name: token.answered
UPDATE chaos.tokens SET answered = true WHERE token = ?

-- name: fault
INSERT INTO chaos.faults (process, kind, began, ended) VALUES (?, ?, ?, ?)

-- name: faults.index
CREATE INDEX effects_by_key ON chaos.effects (key, attempt, at);
CREATE INDEX effects_by_run ON chaos.effects (incarnation, heard);
CREATE INDEX work_by_time ON chaos.work (queue, began);
ANALYZE chaos.effects;
ANALYZE chaos.owners;
ANALYZE perdure.journal

-- ---- while it runs ----

-- name: snapshot
INSERT INTO chaos.snapshots (incarnation, last_seq, digest)
SELECT j.incarnation, max(j.seq), md5(string_agg(j.seq || md5(j.unit), ',' ORDER BY j.seq))
FROM perdure.journal j
WHERE j.incarnation IN (SELECT s.incarnation FROM perdure.states s WHERE s.owner IS NOT NULL ORDER BY random() LIMIT 50)
GROUP BY j.incarnation

-- name: deadlocks
SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()

-- Runs that could move and that nobody who lives has. Whose fence is there but whose process is not counts as taken
-- until its lease has run out: how long that takes is measured apart. In a queue it may have to wait.
-- name: forsaken
SELECT s.incarnation::text, r.run_id, s.status, coalesce(s.owner::text, 'nobody')
FROM perdure.states s JOIN perdure.runs r ON r.incarnation = s.incarnation
WHERE (s.owner IS NULL AND s.status = 'RUNNING')
    OR (s.owner IS NULL AND s.status IN ('QUEUED', 'SUSPENDED') AND s.wake_at <= chaos.clock() AND s.queue = '')
    OR (s.owner IS NULL AND s.status = 'SUSPENDED' AND r.present
        AND EXISTS (SELECT 1 FROM perdure.inbox i WHERE i.chain = r.chain))
    OR (s.owner IS NOT NULL AND NOT EXISTS (SELECT 1 FROM perdure.fences f WHERE f.node = s.owner))

-- Whether a process is in the middle of a transaction in which it has locked or written a row.
-- name: in_batch
SELECT 1 FROM pg_stat_activity
WHERE application_name = ? AND state = 'idle in transaction' AND backend_xid IS NOT NULL

-- ---- afterwards: each row of a check is a violation ----

-- name: finished
SELECT count(*) FROM perdure.runs r JOIN perdure.states s ON s.incarnation = r.incarnation
WHERE r.present AND s.status = 'COMPLETED' AND r.workflow IN ('errand', 'delegation', 'beat')

-- name: units
SELECT count(*) FROM perdure.journal

-- name: effects
SELECT count(*) FROM chaos.effects

-- name: repeated
SELECT count(*) - count(DISTINCT (key, attempt)) FROM chaos.effects

-- name: runs.not_completed
SELECT r.run_id, s.status, s.problem FROM perdure.runs r JOIN perdure.states s ON s.incarnation = r.incarnation
WHERE r.present AND (s.status <> 'COMPLETED' AND NOT r.workflow IN ('perdure.schedule', 'lodger', 'late', 'endless')
    OR NOT s.status IN ('COMPLETED', 'CANCELLED', 'TERMINATED') AND r.workflow <> 'perdure.schedule')
ORDER BY r.id LIMIT 20

-- A unit was written by the process that owned its run then, and was durable before the run was taken from it. A run
-- that nobody begins in time ends without an owner, with its first unit.
-- name: check.one_writer
WITH spans AS (
    SELECT incarnation, owner, process, stamp AS since, lead(stamp) OVER w AS until, lead(seen) OVER w AS seen,
        lead(xid) OVER w AS ender, lead(process) OVER w AS taker
    FROM chaos.owners WINDOW w AS (PARTITION BY incarnation ORDER BY stamp)
)
SELECT format('one writer at a time: entry %s of the journal of %s was written by %s, who did not own the run, or was '
    'not durable when another took it. Owners: %s', j.seq, j.incarnation, j.writer, (
    SELECT string_agg(format('%s from stamp %s', coalesce(s.owner::text, 'nobody') || ' by ' || s.process, s.since), ', '
        ORDER BY s.since) FROM spans s WHERE s.incarnation = j.incarnation) || '; the entry has stamp ' || j.stamp)
FROM perdure.journal j
WHERE (j.seq > 1 OR EXISTS (SELECT 1 FROM chaos.owners o WHERE o.incarnation = j.incarnation)) AND NOT EXISTS (
    SELECT 1 FROM spans s
    WHERE s.incarnation = j.incarnation AND s.owner IS NOT NULL AND s.process = j.writer AND s.since < j.stamp
        AND (s.until IS NULL
            OR j.stamp < s.until AND (j.xid = s.ender OR pg_visible_in_snapshot(j.xid, s.seen))))
LIMIT 10

-- name: check.journals_without_gaps
SELECT format('journals only grow: the journal of %s has entry %s after entry %s', incarnation, seq, before)
FROM (SELECT incarnation, seq, coalesce(lag(seq + entries - 1) OVER (PARTITION BY incarnation ORDER BY seq), 0) AS before
      FROM perdure.journal) j
WHERE seq <> before + 1 LIMIT 10

-- name: check.journals_only_grow
SELECT format('journals only grow: of %s the units up to %s are not those that were there once', s.incarnation, s.last_seq)
FROM chaos.snapshots s
WHERE s.digest IS DISTINCT FROM (
    SELECT md5(string_agg(j.seq || md5(j.unit), ',' ORDER BY j.seq)) FROM perdure.journal j
    WHERE j.incarnation = s.incarnation AND j.seq <= s.last_seq)
LIMIT 10

-- name: check.heard_is_durable
SELECT format('no effect before what the code had heard was durable: %s attempt %s by %s had heard entry %s, and the '
    'journal ended with %s', key, attempt, process, heard, durable)
FROM chaos.effects WHERE durable < heard LIMIT 10

-- name: check.at_most_once
SELECT format('an at-most-once step happened %s times: %s by %s', count(*), key, string_agg(process, ' and '))
FROM chaos.effects WHERE kind = 'ONCE' GROUP BY key HAVING count(*) > 1 LIMIT 10

-- An effect happens again with the same number of its attempt only if one of the processes, or all, were hit; being
-- closed in good order is no reason. It may be
-- the second: who was stopped with a step under way carries it out when it goes on, after the one who took over.
-- name: check.repeats
SELECT format('an effect was repeated though no fault came between: %s attempt %s by %s at %s and by %s at %s', e.key,
    e.attempt, e.process, e.at, e.again_by, e.again_at)
FROM (SELECT key, attempt, process, at, lead(process) OVER w AS again_by, lead(at) OVER w AS again_at
      FROM chaos.effects WINDOW w AS (PARTITION BY key, attempt ORDER BY n)) e
WHERE again_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM chaos.faults f WHERE f.process IN (e.process, e.again_by, '') AND f.kind NOT IN ('LIFE', 'CLOSE')
        AND f.began <= e.again_at AND (f.kind = 'KILL' OR f.ended + ${lease} + 5000 >= e.at))
LIMIT 10

-- name: check.same_again
SELECT format('an effect was repeated with another content: %s: %s', key, string_agg(DISTINCT content, ' and '))
FROM chaos.effects GROUP BY key HAVING count(DISTINCT content) > 1 LIMIT 10

-- name: check.time
SELECT format('time in a run went backwards: in %s from %s to %s', incarnation, before, logical)
FROM (SELECT incarnation, logical, lag(logical) OVER (PARTITION BY incarnation ORDER BY heard, logical) AS before
      FROM chaos.effects) e
WHERE logical < before LIMIT 10

-- Every step that must happen has happened, for every run that completed.
-- name: check.at_least_once
SELECT format('run %s completed with %s of its %s effects', r.run_id, (
    SELECT count(DISTINCT e.key) FROM chaos.effects e WHERE e.run_id = r.run_id AND e.kind = 'MUST'), ${must})
FROM perdure.runs r JOIN perdure.states s ON s.incarnation = r.incarnation
LEFT JOIN (SELECT run_id, count(DISTINCT key) AS keys FROM chaos.effects WHERE kind = 'MUST' GROUP BY run_id) c
    ON c.run_id = r.run_id
WHERE r.present AND s.status = 'COMPLETED' AND r.workflow = 'errand' AND c.keys IS DISTINCT FROM ${must} LIMIT 10

-- The transaction of every run that completed, once; and of no run twice.
-- name: check.exactly_once
SELECT format('a transaction of run %s was done %s times: by %s', coalesce(r.run_id, w.run_id), coalesce(w.times, 0),
    w.processes)
FROM (SELECT r.run_id FROM perdure.runs r JOIN perdure.states s ON s.incarnation = r.incarnation
      WHERE r.present AND s.status = 'COMPLETED' AND r.workflow = 'errand') r
FULL JOIN (SELECT run_id, count(*) AS times, string_agg(process, ' and ') AS processes FROM chaos.withdrawals
           GROUP BY run_id) w ON w.run_id = r.run_id
WHERE w.times > 1 OR w.times IS NULL LIMIT 10

-- The user's rows and the runs that were started with them in one transaction.
-- name: check.transactions
SELECT format('a user''s transaction was torn apart: order %s, run %s', coalesce(o.run_id, 'missing'),
    coalesce(r.run_id, 'missing'))
FROM chaos.orders o FULL JOIN (SELECT run_id FROM perdure.runs WHERE present AND run_id LIKE 'order-%') r
    ON r.run_id = o.run_id
WHERE o.run_id IS NULL OR r.run_id IS NULL LIMIT 10

-- Schedules tick every two seconds, and were to catch up with all of it.
-- name: check.ticks
SELECT format('the run of tick %s was not followed by that of the next one, but by %s', run_id, next_id)
FROM (SELECT run_id, tick, lead(run_id) OVER w AS next_id, lead(tick) OVER w AS next
      FROM (SELECT run_id, split_part(run_id, ':', 1) AS schedule,
                substr(run_id, strpos(run_id, ':') + 1)::timestamptz AS tick
            FROM perdure.runs WHERE workflow = 'beat') t WINDOW w AS (PARTITION BY schedule ORDER BY tick)) ticks
WHERE next - tick <> interval '2 seconds' LIMIT 10

-- At no time more runs of a queue were at work than its limit allows, or of a key. Work that a fault cut off is seen up
-- to that fault: who is stopped or cut off does not know what others do since; and work that began in the course of
-- one is not seen at all.
-- name: check.limits
WITH work AS (
    SELECT w.n, w.queue, w.key, w.run_id, w.process, w.began, least(coalesce(w.ended, 9223372036854775807), (
        SELECT min(greatest(f.began, w.began)) FROM chaos.faults f
        WHERE f.process IN (w.process, '') AND f.kind <> 'LIFE'
            AND (f.kind = 'KILL' OR f.ended + ${lease} >= w.began))) AS ended
    FROM chaos.work w
)
SELECT format('a limit was exceeded: %s of queue %s were at work at %s%s', q.runs, q.queue, q.began, q.who)
FROM (SELECT a.queue, a.began, count(*) AS runs, string_agg(format(', %s (%s) by %s from %s to %s', b.run_id, b.key,
        b.process, b.began, b.ended), '') AS who
      FROM work a JOIN work b ON b.queue = a.queue AND b.began <= a.began AND b.ended > a.began
          AND (a.queue = 'few' OR b.key = a.key)
      WHERE a.ended > a.began GROUP BY a.n, a.queue, a.began) q
WHERE q.runs > CASE q.queue WHEN 'few' THEN 5 ELSE 1 END ORDER BY q.began LIMIT 5

-- How full they were: a limit that is never reached is not tried.
-- name: fullest
SELECT coalesce(max(runs), 0) FROM (
    SELECT count(*) AS runs FROM chaos.work a JOIN chaos.work b ON b.queue = a.queue AND b.began <= a.began
        AND b.ended > a.began AND a.queue = 'few'
    GROUP BY a.n) q

-- name: check.owners
SELECT format('a run is still owned by a node that has ended: %s by %s', s.incarnation, s.owner)
FROM perdure.states s
WHERE s.owner IS NOT NULL AND NOT EXISTS (SELECT 1 FROM perdure.fences f WHERE f.node = s.owner) LIMIT 10

-- Nobody is taken over who lives: whose runs were freed by somebody else was killed, paused, cut off or slowed down
-- before. That the database was away, for everybody, is no reason, unless a node was just closing then.
-- name: check.taken_alive
WITH taken AS (
    SELECT owner, process, lead(owner) OVER w AS next, lead(process) OVER w AS taker, lead(at) OVER w AS at
    FROM chaos.owners WINDOW w AS (PARTITION BY incarnation ORDER BY stamp)
)
SELECT format('a node was taken over though its process %s lived: by %s at %s', t.process, t.taker, min(t.at))
FROM taken t
WHERE t.owner IS NOT NULL AND t.taker <> t.process AND t.next IS NULL AND t.taker LIKE 'node%' AND NOT EXISTS (
    SELECT 1 FROM chaos.faults f WHERE f.process = t.process AND f.kind <> 'LIFE'
        AND (f.kind <> 'CLOSE' OR EXISTS (
            SELECT 1 FROM chaos.faults g WHERE g.process = '' AND g.began <= f.ended AND g.ended >= f.began))
        AND f.began <= t.at AND (f.kind = 'KILL' OR f.ended + ${lease} + 5000 >= t.at))
GROUP BY t.process, t.taker LIMIT 10

-- From each fault that silences a process until its last run was free and, if it could move, claimed by another. Only
-- if a third process lived undisturbed meanwhile: otherwise there was nobody to do it.
-- name: takeovers
WITH spans AS (
    SELECT incarnation, owner, process, at, queue, lead(at) OVER w AS freed, lead(process) OVER w AS taker,
        lead(status) OVER w AS status, lead(owner) OVER w AS next,
        greatest(lead(at) OVER w, CASE WHEN lead(status) OVER w = 'RUNNING' THEN lead(at, 2) OVER w END) AS gone_on
    FROM chaos.owners WINDOW w AS (PARTITION BY incarnation ORDER BY stamp)
)
SELECT f.process, f.kind, max(s.gone_on) - f.began AS took,
    count(*) AS runs, EXISTS (
        SELECT 1 FROM chaos.faults l WHERE l.kind = 'LIFE' AND l.process <> f.process
            AND l.began <= f.began - 500 AND l.ended >= f.began + ${lease} + 1000
            AND NOT EXISTS (SELECT 1 FROM chaos.faults o WHERE o.kind <> 'LIFE' AND o.process = l.process
                AND o.began <= f.began + ${lease} + 1000 AND o.ended >= f.began - 500))
        AND NOT EXISTS (SELECT 1 FROM chaos.faults g WHERE g.process = ''
            AND g.began <= f.began + ${lease} + 1000 AND g.ended >= f.began - ${lease}) AS undisturbed, f.began,
    max(s.freed) - f.began AS free,
    (array_agg(concat_ws(' ', s.incarnation, s.status, s.queue) ORDER BY s.gone_on DESC))[1] AS last
FROM chaos.faults f JOIN spans s ON s.process = f.process AND s.owner IS NOT NULL AND s.at <= f.began
    AND s.freed > f.began AND (f.kind = 'KILL' OR s.freed <= f.ended + 1000) AND s.next IS NULL AND s.taker LIKE 'node%' AND s.taker <> f.process
WHERE f.kind IN ('KILL', 'PAUSE', 'PAUSE_IN_BATCH')
GROUP BY f.process, f.kind, f.began ORDER BY f.began
