-- SPDX-License-Identifier: Apache-2.0
-- What reads the database. ${run} stands for the columns of a run's row, in the order in which Rows reads them, and
-- ${rows} for the tables that they come from.

-- name: run
r.id, r.run_id, r.incarnation, r.chain, r.workflow, s.status, s.wake_at, s.waiting, s.problem, s.owner, s.recoveries,
s.unread, r.created_at, s.changed_at, r.queue

-- name: rows
${schema}.runs r JOIN ${schema}.states s ON s.incarnation = r.incarnation

-- name: finished
'COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'CONTINUED'

-- The clock that all nodes go by.
-- name: clock
floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint

-- name: never
9223372036854775807

-- So many runs are told of facts by one statement, which keeps a lease waiting.
-- name: spread.most
5000

-- How often another server has taken this one's place: a copy that takes over begins a new time line.
-- name: timeline
left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)

-- name: history
(SELECT system_identifier FROM pg_control_system()) || ' ' || ${timeline}

-- What precedes a statement that is carried out by indexes alone, for its transaction.
-- name: by_index
SELECT pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', true),
    pg_catalog.set_config('enable_seqscan', 'off', true), pg_catalog.set_config('enable_hashjoin', 'off', true),
    pg_catalog.set_config('enable_mergejoin', 'off', true), pg_catalog.set_config('enable_sort', 'off', true),
    pg_catalog.set_config('jit', 'off', true)

-- name: time (plan kept)
SELECT ${clock}

-- name: setting (plan kept)
SELECT current_setting(?)

-- Where a connection leads: see Borrowed.
-- name: place
SELECT d.datname, c.system_identifier, d.oid, coalesce((
    SELECT t.oid FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = ? AND t.relname = 'runs'), 0)
FROM pg_catalog.pg_database d, pg_catalog.pg_control_system() c
WHERE d.datname = pg_catalog.current_database()

-- ---- looking for work ----

-- Who has something to hear. Goes from the inboxes to the runs, and not from the runs that sleep to their inboxes: by
-- OFFSET 0 the server leaves the order as it is, whatever it believes to know of the tables.
-- name: mail
SELECT i.chain, r.incarnation, s.owner, s.status, s.queue FROM (SELECT DISTINCT chain FROM ${schema}.inbox OFFSET 0) i,
    LATERAL (SELECT incarnation FROM ${schema}.runs WHERE chain = i.chain AND present OFFSET 0) r,
    LATERAL (SELECT owner, status, queue FROM ${schema}.states WHERE incarnation = r.incarnation OFFSET 0) s

-- Runs in no queue that could move: 'now' is the parameter. Their places are in the order in which they are handed out.
-- name: movable
SELECT s.incarnation, -1::bigint AS place FROM ${schema}.states s
WHERE s.owner IS NULL AND s.status = 'RUNNING' AND s.queue = ''
UNION
SELECT m.incarnation, -1 FROM (${mail}) m WHERE m.owner IS NULL AND m.status = 'SUSPENDED' AND m.queue = ''
UNION
SELECT s.incarnation, s.wake_at FROM ${schema}.states s
WHERE s.owner IS NULL AND s.status IN ('QUEUED', 'SUSPENDED') AND s.wake_at <= ? AND s.queue = ''

-- Those of any queue.
-- name: movable.queued
SELECT s.incarnation FROM ${schema}.states s WHERE s.owner IS NULL AND s.status = 'RUNNING' AND s.queue <> ''
UNION
SELECT m.incarnation FROM (${mail}) m WHERE m.owner IS NULL AND m.status = 'SUSPENDED' AND m.queue <> ''
UNION
SELECT s.incarnation FROM ${schema}.states s
WHERE s.owner IS NULL AND s.status IN ('QUEUED', 'SUSPENDED') AND s.wake_at <= ? AND s.queue <> ''

-- name: claimable.workflows
SELECT DISTINCT r.workflow
FROM (SELECT incarnation FROM (${movable}) unqueued UNION ALL SELECT incarnation FROM (${movable.queued}) queued) m
JOIN ${schema}.runs r ON r.incarnation = m.incarnation

-- The queues of all runs that could move, and the empty name for those in none: 'now' is the parameter, twice. The latest
-- is asked for, because it is the least likely to have been taken.
-- name: claimable.queues
WITH mail AS MATERIALIZED (${mail}) ${claimable.queues_of_mail}

-- name: claimable.queues_of_mail
SELECT m.queue FROM mail m WHERE m.owner IS NULL AND m.status = 'SUSPENDED'
UNION
SELECT '' WHERE EXISTS (
    SELECT 1 FROM ${schema}.states s WHERE s.owner IS NULL AND s.status = 'RUNNING' AND s.queue = ''
) OR EXISTS (
    SELECT 1 FROM ${schema}.states s
    WHERE s.owner IS NULL AND s.status IN ('QUEUED', 'SUSPENDED') AND s.wake_at <= ? AND s.queue = ''
)
UNION
SELECT q.name FROM ${schema}.queues q WHERE EXISTS (
    SELECT 1 FROM ${schema}.states s WHERE s.owner IS NULL AND s.status = 'RUNNING' AND s.queue = q.name
) OR (
    SELECT s.wake_at FROM ${schema}.states s
    WHERE s.owner IS NULL AND s.status IN ('QUEUED', 'SUSPENDED') AND s.wake_at <= ? AND s.queue = q.name AND s.queue <> ''
    ORDER BY s.wake_at DESC LIMIT 1) IS NOT NULL

-- The parameter is a time: the next one after it, twice.
-- name: claimable.next
SELECT min(next) FROM (
    SELECT min(wake_at) AS next FROM ${schema}.states s
    WHERE owner IS NULL AND status IN ('QUEUED', 'SUSPENDED') AND wake_at > ? AND queue = ''
        AND ${is_unheard}
    UNION ALL
    SELECT (SELECT min(s.wake_at) FROM ${schema}.states s
        WHERE s.owner IS NULL AND s.status IN ('QUEUED', 'SUSPENDED') AND s.wake_at > ? AND s.queue = q.name
            AND s.queue <> '' AND ${is_unheard})
    FROM ${schema}.queues q
) each

-- What has something to hear could move at once.
-- name: is_unheard
NOT (s.status = 'SUSPENDED' AND EXISTS (
    SELECT 1 FROM ${schema}.runs r JOIN ${schema}.inbox i ON i.chain = r.chain WHERE r.incarnation = s.incarnation))

-- name: limit.exceeded
SELECT chain, kind, due, span FROM ${schema}.limits WHERE due <= ? ORDER BY due, chain, kind DESC LIMIT 100

-- name: limits
SELECT chain, kind, due, span FROM ${schema}.limits WHERE chain = ?

-- Limits that are exceeded, which nobody else touches for the rest of the transaction, by their number in the list that is
-- asked for, each with the present run of its chain, if there is one, and whether that has never begun. Who is stopped while
-- he has to do with one shall keep nobody waiting: it is left to him, or to the next look.
-- name: limit.hold (by index)
SELECT ${run}, e.nth, s.owner IS NULL AND s.status = 'QUEUED'
    AND NOT EXISTS (SELECT 1 FROM ${schema}.journal j WHERE j.incarnation = s.incarnation)
FROM unnest(?::uuid[], ?::text[], ?::bigint[]) WITH ORDINALITY AS e (chain, kind, due, nth), LATERAL (
        SELECT chain FROM ${schema}.limits WHERE chain = e.chain AND kind = e.kind AND due = e.due FOR UPDATE SKIP LOCKED
    ) l LEFT JOIN LATERAL (SELECT * FROM ${schema}.runs WHERE chain = l.chain AND present OFFSET 0) r ON true
    LEFT JOIN LATERAL (SELECT * FROM ${schema}.states WHERE incarnation = r.incarnation OFFSET 0) s ON true

-- Which of these runs have never begun, and are taken by nobody from here on.
-- name: run.hold_fresh (by index)
SELECT s.incarnation FROM ${schema}.states s
WHERE s.incarnation = ANY (?) AND s.owner IS NULL AND s.status = 'QUEUED'
    AND NOT EXISTS (SELECT 1 FROM ${schema}.journal j WHERE j.incarnation = s.incarnation)
FOR UPDATE SKIP LOCKED

-- ---- queues ----

-- name: queue.columns
q.name, q.most, q.per_key, q.per_node, q.rate, q.per, q.tokens, q.filled_at

-- name: queue
SELECT ${queue.columns} FROM ${schema}.queues q WHERE q.name = ?

-- name: queue.views
SELECT ${queue.columns}, (
        SELECT count(*) FROM ${schema}.states s
        WHERE s.owner IS NULL AND s.status = 'QUEUED' AND s.wake_at <= ? AND s.queue = q.name AND s.queue <> ''), (
        SELECT count(*) FROM ${schema}.states s WHERE s.owner IS NOT NULL AND s.queue = q.name AND s.queue <> ''), (
        SELECT min(s.wake_at) FROM ${schema}.states s
        WHERE s.owner IS NULL AND s.status = 'QUEUED' AND s.wake_at <= ? AND s.queue = q.name AND s.queue <> '')
FROM ${schema}.queues q ORDER BY q.name

-- name: message
i.number, i.chain, i.message_id, i.kind, i.name, i.codec, i.value, i.sender, i.sent_at

-- name: inbox.of_owner
SELECT ${message} FROM ${schema}.inbox i
JOIN ${schema}.runs r ON r.chain = i.chain AND r.present
JOIN ${schema}.states s ON s.incarnation = r.incarnation
WHERE s.owner = ?
ORDER BY r.id, i.rank, i.number

-- name: inbox.of_chains (by index)
SELECT ${message} FROM (SELECT * FROM ${schema}.inbox WHERE chain = ANY (?) OFFSET 0) i,
    LATERAL (SELECT incarnation FROM ${schema}.runs WHERE chain = i.chain AND present OFFSET 0) r,
    LATERAL (SELECT status FROM ${schema}.states WHERE incarnation = r.incarnation OFFSET 0) s
WHERE NOT s.status IN (${finished})
ORDER BY i.chain, i.rank, i.number

-- name: run.ended (by index)
SELECT ${run} FROM (SELECT * FROM ${schema}.runs WHERE incarnation = ANY (?) OFFSET 0) r,
    LATERAL (SELECT * FROM ${schema}.states WHERE incarnation = r.incarnation OFFSET 0) s
WHERE s.status IN (${finished}, 'STUCK')

-- ---- runs ----

-- name: run.by_name
SELECT ${run} FROM ${rows} WHERE r.run_id = ? AND r.present

-- name: run.by_names
SELECT ${run} FROM ${rows} WHERE r.run_id = ANY (?) AND r.present

-- name: run.by_incarnation
SELECT ${run} FROM ${rows} WHERE r.incarnation = ?

-- name: run.same_or_namesake
SELECT ${run} FROM ${rows} WHERE r.incarnation = ?
UNION ALL
SELECT ${run} FROM ${rows} WHERE r.run_id = ? AND r.present

-- name: launch.columns
r.run_id, r.incarnation, r.chain, r.workflow, r.created_at, r.codec, r.input, r.start_at, r.previous, r.headers,
    (SELECT array_agg(t.text ORDER BY a.name, t.nth)
     FROM ${schema}.attributes a, LATERAL (VALUES (1, a.name), (2, a.value)) AS t (nth, text)
     WHERE a.incarnation = r.incarnation),
    f.parent_id, f.parent, f.parent_chain, f.fiber, f.place, f.close, r.queue, r.queue_key, r.priority

-- name: launch
SELECT ${launch.columns} FROM ${schema}.runs r LEFT JOIN ${schema}.families f ON f.child = r.chain AND f.own
WHERE r.incarnation = ?

-- name: load.launches (by index)
SELECT ${launch.columns} FROM (SELECT * FROM ${schema}.runs WHERE incarnation = ANY (?) OFFSET 0) r LEFT JOIN LATERAL (
    SELECT * FROM ${schema}.families WHERE child = r.chain AND own OFFSET 0
) f ON true

-- name: load.units (by index)
SELECT j.seq, j.unit, w.incarnation FROM unnest(?::uuid[]) AS w (incarnation), LATERAL (
    SELECT seq, unit FROM ${schema}.journal WHERE incarnation = w.incarnation ORDER BY seq LIMIT ?
) j ORDER BY w.incarnation, j.seq

-- name: load.attempts (by index)
SELECT fiber, place, step, made, first_at, next_at, failure, codec, progress, incarnation FROM ${schema}.attempts
WHERE incarnation = ANY (?)

-- name: load.unread (by index)
SELECT DISTINCT chain FROM ${schema}.inbox WHERE chain = ANY (?)

-- name: journal
SELECT seq, unit FROM ${schema}.journal WHERE incarnation = ? AND seq > ? ORDER BY seq LIMIT ?

-- name: journal.last
SELECT seq, unit FROM ${schema}.journal WHERE incarnation = ? ORDER BY seq DESC LIMIT 1

-- name: journal.from
SELECT seq, unit FROM ${schema}.journal WHERE incarnation = ? AND seq BETWEEN ? AND ? ORDER BY seq

-- name: journal.entries
SELECT coalesce(sum(entries), 0) FROM ${schema}.journal

-- name: attempts
SELECT fiber, place, step, made, first_at, next_at, failure, codec, progress FROM ${schema}.attempts WHERE incarnation = ?

-- name: published
SELECT name, codec, value FROM ${schema}.published WHERE incarnation = ?

-- name: facts
SELECT name, codec, value, emitter, emitted_at FROM ${schema}.facts

-- name: fact
${facts} WHERE name = ?

-- name: facts.after
${facts} WHERE name > ? ORDER BY name LIMIT ?

-- name: listening
SELECT incarnation, fiber, place, chain, name FROM ${schema}.listeners WHERE incarnation = ?

-- ---- lists: one head, any of the conditions, and for a page its tail ----

-- name: list
SELECT ${run} FROM ${rows} WHERE r.present

-- name: list.count
SELECT count(*) FROM ${rows} WHERE r.present

-- name: list.statuses
AND s.status = ANY (?)

-- name: list.not_completed
AND (s.status = 'COMPLETED') IS FALSE

-- name: list.workflow
AND r.workflow = ?

-- name: list.prefix
AND r.run_id >= ? AND r.run_id < ? || chr(1114111)

-- name: list.created_from
AND r.created_at >= ?

-- name: list.created_to
AND r.created_at < ?

-- name: list.attribute
AND r.incarnation IN (SELECT incarnation FROM ${schema}.attributes WHERE name = ? AND value = ?)

-- name: list.before
AND r.id < (SELECT id FROM ${schema}.runs WHERE incarnation = ?)

-- name: list.page
ORDER BY r.id DESC LIMIT ?
