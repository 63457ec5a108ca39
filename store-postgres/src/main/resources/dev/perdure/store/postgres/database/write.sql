-- SPDX-License-Identifier: Apache-2.0
-- What changes the database. Each statement has a name and is used by exactly that name. Where one ends in ${values},
-- a row of marks follows for each row that is written.

-- ---- the schema ----

-- name: schema.create
CREATE SCHEMA IF NOT EXISTS ${schema}

-- name: migrations.create
CREATE TABLE IF NOT EXISTS ${schema}.migrations (version integer PRIMARY KEY)

-- name: migrations.exist
SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = 'migrations'

-- name: migrations.lock
SELECT pg_advisory_xact_lock(hashtextextended('perdure ' || ?, 0))

-- name: migrations.last
SELECT coalesce(max(version), 0) FROM ${schema}.migrations

-- name: migration.insert
INSERT INTO ${schema}.migrations (version) VALUES (?)

-- ---- nodes ----

-- name: node.insert (plan kept)
INSERT INTO ${schema}.nodes (node, lease, joined_at) VALUES (?, ?, ?)

-- name: fence.insert (plan kept)
INSERT INTO ${schema}.fences (node) VALUES (?)

-- What its owner changes in the same transaction it has just read, so an index is the way to it, not a scan.
-- name: fence.hold (plan kept)
SELECT ${timeline}, pg_catalog.set_config('random_page_cost', '1.1', true) FROM ${schema}.fences WHERE node = ? FOR KEY SHARE

-- The same for a transaction of one of its runs.
-- name: fence.hold_for
SELECT 1 FROM ${schema}.fences f JOIN ${schema}.states s ON s.owner = f.node
WHERE f.node = ? AND s.incarnation = ? FOR KEY SHARE OF f

-- What node '?' sees when it looks up; each row is told from the others by its first column.
-- name: look
WITH RECURSIVE alive AS (
    UPDATE ${schema}.nodes n SET pulse = pulse + 1
    WHERE n.node = ? AND EXISTS (SELECT 1 FROM ${schema}.fences f WHERE f.node = n.node) RETURNING 1
), swept AS (
    -- Now and then: what runs were sent by transactions that were committed after the run had finished.
    DELETE FROM ${schema}.inbox WHERE ? AND number IN (
        SELECT i.number FROM ${schema}.inbox i WHERE NOT EXISTS (
            SELECT 1 FROM ${schema}.runs r JOIN ${schema}.states s ON s.incarnation = r.incarnation
            WHERE r.chain = i.chain AND r.present AND NOT s.status IN (${finished}))
        FOR UPDATE SKIP LOCKED)
), owners AS (
    -- Steps from one owner to the next in the index, however many runs each has.
    (SELECT owner FROM ${schema}.states WHERE owner IS NOT NULL ORDER BY owner LIMIT 1)
    UNION ALL
    SELECT (SELECT s.owner FROM ${schema}.states s WHERE s.owner > o.owner ORDER BY s.owner LIMIT 1)
    FROM owners o WHERE o.owner IS NOT NULL
), mail AS MATERIALIZED (
    ${mail}
)
SELECT 'self', NULL::uuid, (SELECT count(*) FROM alive), ${clock}, ${history}
UNION ALL
SELECT 'node', n.node, n.pulse, n.lease, '' FROM ${schema}.nodes n
JOIN ${schema}.fences f ON f.node = n.node WHERE n.node <> ?
UNION ALL
SELECT 'ended', e.node, 0, 0, ''
FROM (SELECT owner AS node FROM owners WHERE owner IS NOT NULL UNION SELECT node FROM ${schema}.nodes) e
WHERE NOT EXISTS (SELECT 1 FROM ${schema}.fences f WHERE f.node = e.node)
UNION ALL
SELECT 'unheard', m.chain, 0, 0, '' FROM mail m WHERE m.owner = ?
UNION ALL
SELECT 'waiting', NULL, 0, 0, w.queue FROM (${claimable.queues_of_mail}) w (queue)
UNION ALL
(SELECT 'exceeded', l.chain, l.due, l.span, l.kind FROM (${limit.exceeded}) l)
UNION ALL
SELECT 'news', NULL, 0, 0, '' WHERE EXISTS (SELECT 1 FROM ${schema}.news)
UNION ALL
SELECT 'wake', NULL, coalesce((${claimable.next}), ${never}), 0, ''

-- The same for a node that looks often. One that has nothing to do shall send one statement a second, and not two.
-- name: look.often (by index)
${look}

-- name: fence.end
DELETE FROM ${schema}.fences WHERE node = ?

-- name: node.delete
DELETE FROM ${schema}.nodes WHERE node = ?

-- name: owned.recover
UPDATE ${schema}.states SET owner = NULL, recoveries = recoveries + 1 WHERE owner = ?

-- name: owned.release
UPDATE ${schema}.states SET owner = NULL WHERE owner = ?

-- name: owned.find (by index)
SELECT s.incarnation, s.owner, r.run_id, r.chain, coalesce((
    SELECT j.seq + j.entries - 1 FROM ${schema}.journal j WHERE j.incarnation = s.incarnation ORDER BY seq DESC LIMIT 1), 0)
FROM (SELECT incarnation, owner FROM ${schema}.states WHERE incarnation = ANY (?) OFFSET 0) s,
    LATERAL (SELECT run_id, chain FROM ${schema}.runs WHERE incarnation = s.incarnation OFFSET 0) r
WHERE s.owner IS NOT NULL

-- ---- beside others ----

-- name: lock.timeout (plan kept)
SELECT set_config('lock_timeout', ?, true)

-- A backend's own number and the beginning of its transaction, and the end of all who keep that waiting: later the same
-- backend may do something else, and wait for somebody who has a right to it. (Without track_activities no beginning is
-- known.)
-- name: backend (plan kept)
SELECT pg_backend_pid(), (extract(epoch FROM now()) * 1000000)::bigint

-- name: blockers.end
SELECT pg_terminate_backend(b.pid) FROM pg_stat_activity a, unnest(pg_blocking_pids(a.pid)) AS b (pid)
WHERE a.pid = ? AND (a.xact_start IS NULL OR (extract(epoch FROM a.xact_start) * 1000000)::bigint = ?)

-- Is heard when the transaction commits; several of one transaction are heard once.
-- name: notify (plan kept)
SELECT pg_catalog.pg_notify(?, ?)

-- The same by itself: others hear it or not, and nothing is lost with it, so it need not be durable.
-- name: notify.soon (plan kept)
SELECT pg_catalog.set_config('synchronous_commit', 'off', true), pg_catalog.pg_notify(?, ?)

-- ---- runs ----

-- name: run.row
${schema}.runs
    (incarnation, run_id, chain, workflow, codec, input, headers, start_at, created_at, previous, queue, queue_key, priority)

-- name: run.insert (plan kept)
INSERT INTO ${run.row} VALUES ${values} ON CONFLICT DO NOTHING RETURNING incarnation

-- name: run.copy
COPY ${run.row} FROM STDIN (FORMAT binary)

-- name: state.row
${schema}.states (incarnation, status, wake_at, waiting, problem, owner, changed_at, queue, queue_key, rank)

-- name: state.insert (plan kept)
INSERT INTO ${state.row} VALUES ${values}

-- name: state.copy
COPY ${state.row} FROM STDIN (FORMAT binary)

-- name: family.row
${schema}.families (child, parent, fiber, place, parent_chain, parent_id, close, own)

-- name: family.insert (plan kept)
INSERT INTO ${family.row} VALUES ${values}

-- name: family.copy
COPY ${family.row} FROM STDIN (FORMAT binary)

-- Whom the ends of some runs concern: those who wait for a chain, and the children of an incarnation.
-- name: family.concerned (by index)
SELECT f.parent_id, f.parent, f.parent_chain, f.fiber, f.place, f.close, f.child, f.own, NULL::uuid
FROM ${schema}.families f WHERE f.child = ANY (?)
UNION ALL
SELECT f.parent_id, f.parent, f.parent_chain, f.fiber, f.place, f.close, f.child, f.own, f.parent
FROM ${schema}.families f WHERE f.parent = ANY (?) AND f.own AND f.close <> 'ABANDON'

-- By itself, so that a node that is stopped holds nothing: whoever ends the run meanwhile is waited for, or waits.
-- name: family.watch
WITH found AS (
    SELECT r.incarnation, r.chain, s.status FROM ${rows} WHERE r.run_id = ? AND r.present FOR SHARE OF s
), noted AS (
    INSERT INTO ${schema}.families (child, parent, fiber, place, parent_chain, parent_id, close, own)
    SELECT f.chain, ?, ?, ?, ?, ?, ?, false FROM found f WHERE NOT f.status IN (${finished}) ON CONFLICT DO NOTHING
)
SELECT incarnation, status FROM found

-- name: attribute.insert (plan kept)
INSERT INTO ${schema}.attributes (incarnation, name, value) VALUES ${values}

-- name: run.supersede
UPDATE ${schema}.runs SET present = false WHERE incarnation = ? AND present

-- name: state.move
UPDATE ${schema}.states s SET status = n.status, wake_at = n.wake_at, waiting = n.waiting, problem = n.problem,
    owner = CASE WHEN n.kept THEN s.owner END, recoveries = 0,
    changed_at = CASE WHEN s.status = n.status THEN s.changed_at ELSE n.at END
FROM unnest(?::uuid[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::boolean[], ?::bigint[])
    AS n (incarnation, status, wake_at, waiting, problem, kept, at)
WHERE s.incarnation = n.incarnation

-- A finished run has neither owner nor attempts, and listens to nothing; its inbox goes, too, or has gone to its successor.
-- name: state.finish
WITH n AS (
    SELECT * FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::integer[], ?::bigint[])
        AS n (incarnation, chain, status, wake_at, waiting, problem, unread, at)
), left_over AS (
    DELETE FROM ${schema}.inbox i USING n WHERE i.chain = n.chain AND n.status <> 'CONTINUED' RETURNING i.chain, i.kind
), tried AS (
    DELETE FROM ${schema}.attempts a USING n WHERE a.incarnation = n.incarnation
), listening AS (
    DELETE FROM ${schema}.listeners l USING n WHERE l.incarnation = n.incarnation
)
UPDATE ${schema}.states s SET status = n.status, wake_at = n.wake_at, waiting = n.waiting, problem = n.problem,
    owner = NULL, recoveries = 0,
    unread = n.unread + (SELECT count(*) FROM left_over l WHERE l.chain = n.chain AND l.kind = 'SIGNAL'),
    changed_at = n.at
FROM n WHERE s.incarnation = n.incarnation

-- The same for a run that nobody owns, if that is still so.
-- name: state.terminate
WITH ended AS (
    UPDATE ${schema}.states s SET status = 'TERMINATED', wake_at = NULL, waiting = '', problem = ?, recoveries = 0,
        changed_at = ?,
        unread = (SELECT count(*) FROM ${schema}.inbox i JOIN ${schema}.runs r ON r.chain = i.chain
                  WHERE r.incarnation = s.incarnation AND i.kind = 'SIGNAL')
    WHERE s.incarnation = ? AND s.owner IS NULL AND s.status NOT IN (${finished}) RETURNING s.incarnation
), left_over AS (
    DELETE FROM ${schema}.inbox i USING ended e JOIN ${schema}.runs r ON r.incarnation = e.incarnation
    WHERE i.chain = r.chain
), tried AS (
    DELETE FROM ${schema}.attempts a USING ended e WHERE a.incarnation = e.incarnation
), listening AS (
    DELETE FROM ${schema}.listeners l USING ended e WHERE l.incarnation = e.incarnation
)
SELECT 1 FROM ended

-- name: state.redrive
UPDATE ${schema}.states SET status = 'QUEUED', wake_at = ?, waiting = '', problem = '', recoveries = 0, changed_at = ?
WHERE incarnation = ? AND status = 'STUCK'

-- name: state.release
UPDATE ${schema}.states SET owner = NULL WHERE incarnation = ? AND owner = ?

-- The fence comes first, so that nothing is claimed by a node that has ended. Rows that somebody else is about to
-- take are passed over.
-- name: claim (by index)
WITH fence AS (
    SELECT 1 FROM ${schema}.fences WHERE node = ? FOR KEY SHARE
), wanted AS MATERIALIZED (
    SELECT m.incarnation, min(m.place) AS place, r.id FROM (${movable}) m,
        LATERAL (SELECT id, workflow FROM ${schema}.runs WHERE incarnation = m.incarnation OFFSET 0) r
    WHERE r.workflow = ANY (?) AND EXISTS (SELECT 1 FROM fence)
    GROUP BY m.incarnation, r.id ORDER BY place, r.id LIMIT ?
), ${take.wanted}
${taken.rows}

-- Of its number in a queue a run has no more use: it gets another one, so that those that were taken later have higher ones.
-- name: take.wanted
free AS (
    SELECT s.incarnation, w.place, w.id FROM wanted w, LATERAL (
        SELECT incarnation, owner, status FROM ${schema}.states WHERE incarnation = w.incarnation OFFSET 0
        FOR UPDATE SKIP LOCKED) s
    WHERE s.owner IS NULL AND s.status IN ('QUEUED', 'RUNNING', 'SUSPENDED')
), taken AS (
    UPDATE ${schema}.states s SET owner = ?, number = DEFAULT,
        changed_at = CASE WHEN s.status = 'QUEUED' THEN ? ELSE s.changed_at END,
        wake_at = CASE WHEN s.status <> 'QUEUED' THEN s.wake_at END,
        status = CASE WHEN s.status = 'QUEUED' THEN 'RUNNING' ELSE s.status END
    FROM free f WHERE s.incarnation = f.incarnation RETURNING s.*, f.place, f.id AS nth
)

-- name: taken.rows
SELECT ${run}, s.place, s.nth, s.number FROM taken s JOIN ${schema}.runs r ON r.incarnation = s.incarnation ORDER BY s.place, r.id

-- name: limit.insert (plan kept)
INSERT INTO ${schema}.limits (chain, kind, due, span) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING

-- name: limit.delete (by index)
DELETE FROM ${schema}.limits l USING unnest(?::uuid[], ?::text[]) AS d (chain, kind)
WHERE l.chain = d.chain AND l.kind = d.kind

-- ---- queues ----

-- name: queue.name (plan kept)
INSERT INTO ${schema}.queues (name) VALUES (?) ON CONFLICT DO NOTHING

-- What code says counts only if it has not said the same before.
-- name: queue.define (plan kept)
INSERT INTO ${schema}.queues AS q (name, most, per_key, per_node, rate, per, declared, tokens)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET most = excluded.most, per_key = excluded.per_key, per_node = excluded.per_node,
    rate = excluded.rate, per = excluded.per,
    declared = CASE excluded.declared WHEN '' THEN q.declared ELSE excluded.declared END
WHERE excluded.declared = '' OR excluded.declared <> q.declared

-- A node has a queue with limits for the rest of the transaction, if it lives, nobody else is taking runs of the queue
-- just now, and its row is still the one that was read. The fence comes first: a node that is stopped while it has the
-- queue's row is found out, and ended, by it.
-- name: queue.hold (by index)
WITH fence AS (
    SELECT 1 FROM ${schema}.fences WHERE node = ? FOR KEY SHARE
), held AS (
    SELECT q.name FROM ${schema}.queues q WHERE q.name = ? AND q.xmin::text = ? AND EXISTS (SELECT 1 FROM fence)
    FOR UPDATE SKIP LOCKED
)
SELECT pg_catalog.set_config('perdure.holds', h.name, true) FROM held h

-- Those of a queue's runs that nodes have, by the alias q for its row: the node for which to count, and a number that was
-- not lower than any of theirs a moment ago.
-- name: queue.running
SELECT count(*) AS everywhere, count(*) FILTER (WHERE s.owner = ?) AS here, min(s.number) AS oldest
FROM ${schema}.states s WHERE s.owner IS NOT NULL AND s.queue = q.name AND s.queue <> '' AND s.number >= ?

-- For how many more there is room in the queue that is held, and to how many of them some parameter confines it: both are
-- NULL if none is held. Follows in the same message, as a statement of its own: so it sees what others took before they let
-- go of the queue's row.
-- name: queue.room
held AS (
    SELECT * FROM ${schema}.queues WHERE name = pg_catalog.current_setting('perdure.holds', true)
), room AS MATERIALIZED (
    SELECT (SELECT greatest(0, least(q.most - r.everywhere, q.per_node - r.here))
            FROM held q, LATERAL (${queue.running}) r) AS runs, ?::bigint AS most
), fence AS (
    SELECT 1 FROM room WHERE runs > 0
)

-- What the rate lets through less from now on: the tokens before, and when.
-- name: queue.paid
paid AS (
    UPDATE ${schema}.queues q SET tokens = ? - t.runs * q.per, filled_at = ? FROM (SELECT count(*) AS runs FROM taken) t
    WHERE q.name = (SELECT name FROM held) AND q.rate < 2147483647 AND t.runs > 0
)
SELECT ${run}, s.place, s.nth, s.number, room.runs
FROM room LEFT JOIN (taken s JOIN ${schema}.runs r ON r.incarnation = s.incarnation) ON true ORDER BY s.place, r.id

-- Runs of a queue that have begun and could move: the queue three times, then 'now'.
-- name: queue.begun
SELECT s.incarnation FROM ${schema}.states s WHERE s.owner IS NULL AND s.status = 'RUNNING' AND s.queue = ?
UNION
SELECT m.incarnation FROM (${mail}) m WHERE m.owner IS NULL AND m.status = 'SUSPENDED' AND m.queue = ?
UNION
SELECT s.incarnation FROM ${schema}.states s
WHERE s.owner IS NULL AND s.status = 'SUSPENDED' AND s.wake_at <= ? AND s.queue = ? AND s.queue <> ''

-- A queue as it is, and whether anything waits in it for a node that lives: the node, the parameters of the statement above,
-- 'now' and the queue, those of queue.running, and the queue.
-- name: queue.line (by index)
SELECT ${queue.columns}, q.xmin::text, r.everywhere, r.here, r.oldest,
    EXISTS (SELECT 1 FROM ${schema}.fences WHERE node = ?) AND (EXISTS (${queue.begun}) OR (
    SELECT s.wake_at FROM ${schema}.states s
    WHERE s.owner IS NULL AND s.status IN ('QUEUED', 'SUSPENDED') AND s.wake_at <= ? AND s.queue = ? AND s.queue <> ''
    ORDER BY s.wake_at DESC LIMIT 1) IS NOT NULL)
FROM ${schema}.queues q, LATERAL (${queue.running}) r WHERE q.name = ?

-- name: queue.begun_first
SELECT b.incarnation, -4611686018427387904 AS place, r.id FROM (${queue.begun}) b,
    LATERAL (SELECT id, workflow FROM ${schema}.runs WHERE incarnation = b.incarnation OFFSET 0) r
WHERE r.workflow = ANY (?)

-- Of a queue without limits: what others are taking is passed over while going along the line. A queue that has got
-- limits meanwhile is left alone.
-- name: queue.serve (by index)
WITH fence AS (
    SELECT 1 FROM ${schema}.fences WHERE node = ? AND NOT EXISTS (
        SELECT 1 FROM ${schema}.queues WHERE name = ? AND (most < 2147483647 OR per_key < 2147483647
            OR per_node < 2147483647 OR rate < 2147483647))
    FOR KEY SHARE
), room AS (
    SELECT ?::bigint AS runs, NULL::bigint AS most
), ${queue.along}, ${take.wanted}
${taken.rows}

-- The same of the queue that is held.
-- name: queue.serve_limited (by index)
WITH ${queue.room}, ${queue.along}, ${take.wanted}, ${queue.paid}

-- name: queue.most
(SELECT least(runs, most) FROM room WHERE EXISTS (SELECT 1 FROM fence))

-- name: queue.along
fresh AS (
    SELECT s.incarnation, s.rank AS place, s.number AS id FROM ${schema}.states s,
        LATERAL (SELECT workflow FROM ${schema}.runs WHERE incarnation = s.incarnation OFFSET 0) r
    WHERE r.workflow = ANY (?) AND s.owner IS NULL AND s.status = 'QUEUED' AND s.queue = ? AND s.queue <> ''
        AND (s.rank, s.number) >= (?, ?) AND s.wake_at <= ?
        AND EXISTS (SELECT 1 FROM fence)
    ORDER BY s.rank, s.number LIMIT ${queue.most} FOR UPDATE OF s SKIP LOCKED
), wanted AS MATERIALIZED (
    SELECT incarnation, place, id FROM (
        SELECT f.incarnation, f.place, f.id FROM fresh f
        UNION ALL
        SELECT b.incarnation, b.place, b.id FROM (${queue.begun_first}) b WHERE EXISTS (SELECT 1 FROM fence)
    ) m ORDER BY place, id LIMIT ${queue.most}
)

-- The same where keys have a limit. Steps from one key to the next in the index, however many runs each has.
-- name: queue.serve_by_key
WITH RECURSIVE line AS (
    SELECT ?::text AS queue, ?::integer AS per_key, ?::bigint AS now, ?::text[] AS workflows, ?::bigint AS oldest
), ${queue.room}, keys AS (
    (SELECT s.queue_key FROM ${schema}.states s
     WHERE s.owner IS NULL AND s.status = 'QUEUED' AND s.queue = (SELECT queue FROM line) AND s.queue <> ''
     ORDER BY s.queue_key LIMIT 1)
    UNION ALL
    SELECT (SELECT s.queue_key FROM ${schema}.states s
            WHERE s.owner IS NULL AND s.status = 'QUEUED' AND s.queue = (SELECT queue FROM line) AND s.queue <> ''
                AND s.queue_key > k.queue_key
            ORDER BY s.queue_key LIMIT 1)
    FROM keys k WHERE k.queue_key IS NOT NULL
), busy AS (
    SELECT s.queue_key, count(*) AS runs FROM ${schema}.states s
    WHERE s.owner IS NOT NULL AND s.queue = (SELECT queue FROM line) AND s.queue <> ''
        AND s.number >= (SELECT oldest FROM line) GROUP BY s.queue_key
), candidates AS (
    SELECT f.incarnation, k.queue_key, f.rank AS place, f.id FROM keys k CROSS JOIN line l LEFT JOIN busy b USING (queue_key),
        LATERAL (
            SELECT s.incarnation, s.rank, s.number AS id FROM ${schema}.states s
            JOIN ${schema}.runs r ON r.incarnation = s.incarnation AND r.workflow = ANY (l.workflows)
            WHERE s.owner IS NULL AND s.status = 'QUEUED' AND s.queue = l.queue AND s.queue <> ''
                AND s.queue_key = k.queue_key AND s.wake_at <= l.now
            ORDER BY s.rank, s.number LIMIT greatest(0, l.per_key - coalesce(b.runs, 0))
        ) f
    WHERE k.queue_key IS NOT NULL
    UNION ALL
    SELECT b.incarnation, s.queue_key, b.place, b.id FROM (${queue.begun_first}) b
    JOIN ${schema}.states s ON s.incarnation = b.incarnation
), wanted AS MATERIALIZED (
    SELECT incarnation, place, id FROM (
        SELECT c.incarnation, c.place, c.id, coalesce(b.runs, 0) + row_number() OVER (
            PARTITION BY c.queue_key ORDER BY c.place, c.id) AS nth
        FROM candidates c LEFT JOIN busy b USING (queue_key)
    ) m WHERE m.nth <= (SELECT per_key FROM line) AND EXISTS (SELECT 1 FROM fence)
    ORDER BY place, id LIMIT ${queue.most}
), ${take.wanted}, ${queue.paid}

-- Everything of runs that nobody needs any more: they are the node's, or they have finished.
-- name: run.forget
WITH gone AS (
    DELETE FROM ${schema}.states s WHERE s.incarnation = ANY (?) AND (s.owner = ? OR s.status IN (${finished}))
    RETURNING s.incarnation
), runs AS (
    DELETE FROM ${schema}.runs r USING gone g WHERE r.incarnation = g.incarnation
), families AS (
    DELETE FROM ${schema}.families f USING gone g WHERE f.child = g.incarnation
), attributes AS (
    DELETE FROM ${schema}.attributes a USING gone g WHERE a.incarnation = g.incarnation
), attempts AS (
    DELETE FROM ${schema}.attempts a USING gone g WHERE a.incarnation = g.incarnation
), journals AS (
    DELETE FROM ${schema}.journal j USING gone g WHERE j.incarnation = g.incarnation
), messages AS (
    DELETE FROM ${schema}.inbox i USING gone g WHERE i.chain = g.incarnation
), sent AS (
    DELETE FROM ${schema}.sent t USING gone g WHERE t.chain = g.incarnation
)
SELECT count(*) FROM gone

-- ---- what belongs to a run ----

-- name: journal.row
${schema}.journal (incarnation, seq, entries, unit)

-- name: journal.insert (plan kept)
INSERT INTO ${journal.row} VALUES ${values}

-- A single unit, if the node's fence is there in the life of the database that is known.
-- name: journal.alone (plan kept)
WITH fence AS (
    SELECT ${timeline} AS timeline FROM ${schema}.fences WHERE node = ? FOR KEY SHARE
), appended AS (
    INSERT INTO ${schema}.journal (incarnation, seq, entries, unit)
    SELECT ?, ?, ?, ? FROM fence WHERE timeline = ? RETURNING 1
)
SELECT 1 FROM appended

-- name: journal.copy
COPY ${journal.row} FROM STDIN (FORMAT binary)

-- name: message.send (plan kept)
WITH new AS (
    INSERT INTO ${schema}.sent (chain, message_id) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING chain, message_id
)
INSERT INTO ${schema}.inbox (chain, rank, message_id, kind, name, codec, value, sender, sent_at)
SELECT n.chain, 0, n.message_id, ?, ?, ?, ?, ?, ? FROM new n

-- Messages of runs to others, with ids of their own: dropped where nobody is left to hear them.
-- name: message.tell
INSERT INTO ${schema}.inbox (chain, rank, message_id, kind, name, codec, value, sender, sent_at)
SELECT n.chain, 0, n.message_id, n.kind, n.name, n.codec, n.value, n.sender, n.sent_at
FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[], ?::text[], ?::bigint[])
    WITH ORDINALITY AS n (chain, message_id, kind, name, codec, value, sender, sent_at, nth)
WHERE EXISTS (SELECT 1 FROM ${rows} WHERE r.chain = n.chain AND r.present AND NOT s.status IN (${finished}))
ORDER BY n.nth

-- name: message.carry (plan kept)
WITH known AS (
    INSERT INTO ${schema}.sent (chain, message_id) VALUES (?, ?) ON CONFLICT DO NOTHING
)
INSERT INTO ${schema}.inbox (chain, rank, message_id, kind, name, codec, value, sender, sent_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: inbox.lowest_rank
SELECT coalesce(min(rank), 0) FROM ${schema}.inbox WHERE chain = ?

-- name: inbox.heard
DELETE FROM ${schema}.inbox i USING unnest(?::bigint[], ?::uuid[]) AS h (number, chain)
WHERE i.number = h.number AND i.chain = h.chain

-- name: sent.insert (plan kept)
INSERT INTO ${schema}.sent (chain, message_id) VALUES (?, ?) ON CONFLICT DO NOTHING

-- name: sent.find
SELECT 1 FROM ${schema}.sent WHERE chain = ? AND message_id = ?

-- name: fact.insert (plan kept)
WITH new AS (
    INSERT INTO ${schema}.facts (name, codec, value, emitter, emitted_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING RETURNING name
)
INSERT INTO ${schema}.news (name) SELECT n.name FROM new n

-- name: listener.insert (plan kept)
INSERT INTO ${schema}.listeners (incarnation, fiber, place, chain, name) VALUES ${values} ON CONFLICT DO NOTHING

-- name: news.insert (plan kept)
INSERT INTO ${schema}.news (name) VALUES ${values}

-- name: listener.delete
DELETE FROM ${schema}.listeners l USING unnest(?::uuid[], ?::text[], ?::integer[]) AS d (incarnation, fiber, place)
WHERE l.incarnation = d.incarnation AND l.fiber = d.fiber AND l.place = d.place

-- Messages as Asker makes them.
-- name: tell.due
INSERT INTO ${schema}.inbox (chain, rank, message_id, kind, name, codec, value, sender, sent_at)
SELECT d.chain, 0, '~learned/' || d.incarnation || '/' || d.place || '/' || d.fiber, 'LEARNED', d.name, d.codec, d.value,
    d.incarnation || ' ' || d.place || ' ' || d.fiber, d.emitted_at
FROM due d
WHERE EXISTS (SELECT 1 FROM ${rows} WHERE r.chain = d.chain AND r.present AND NOT s.status IN (${finished}))
ORDER BY d.nth, d.fiber, d.place

-- What some runs that have just begun to wait can be told at once. Takes no news: who emits may not have committed yet.
-- name: listener.known
WITH due AS (
    DELETE FROM ${schema}.listeners l USING ${schema}.facts f,
        unnest(?::uuid[], ?::text[], ?::integer[]) WITH ORDINALITY AS n (incarnation, fiber, place, nth)
    WHERE l.incarnation = n.incarnation AND l.fiber = n.fiber AND l.place = n.place AND f.name = l.name
    RETURNING l.chain, l.incarnation, l.fiber, l.place, f.name, f.codec, f.value, f.emitted_at, n.nth
)
${tell.due}

-- Waits for nobody: it is part of what keeps a lease. News of those whom somebody else is about to tell or to forget, and
-- of which there is more than one statement should do, is put back.
-- name: news.spread
WITH taken AS (
    DELETE FROM ${schema}.news WHERE number IN (SELECT number FROM ${schema}.news FOR UPDATE SKIP LOCKED) RETURNING name
), picked AS (
    SELECT l.incarnation, l.fiber, l.place FROM ${schema}.listeners l JOIN ${schema}.facts f ON f.name = l.name
    WHERE l.name IN (SELECT t.name FROM taken t) LIMIT ${spread.most} FOR UPDATE OF l SKIP LOCKED
), due AS (
    DELETE FROM ${schema}.listeners l USING picked p, ${schema}.facts f
    WHERE l.incarnation = p.incarnation AND l.fiber = p.fiber AND l.place = p.place AND f.name = l.name
    RETURNING l.chain, l.incarnation, l.fiber, l.place, f.name, f.codec, f.value, f.emitted_at, 0 AS nth
), left_over AS (
    SELECT l.name, l.incarnation, l.fiber, l.place FROM ${schema}.listeners l JOIN ${schema}.facts f ON f.name = l.name
    WHERE l.name IN (SELECT t.name FROM taken t)
    EXCEPT SELECT d.name, d.incarnation, d.fiber, d.place FROM due d
), more AS (
    INSERT INTO ${schema}.news (name) SELECT DISTINCT l.name FROM left_over l
)
${tell.due}

-- name: attempt.put (plan kept)
INSERT INTO ${schema}.attempts (incarnation, fiber, place, step, made, first_at, next_at, failure, codec, progress)
VALUES ${values}
ON CONFLICT (incarnation, fiber, place) DO UPDATE SET step = excluded.step, made = excluded.made,
    first_at = excluded.first_at, next_at = excluded.next_at, failure = excluded.failure, codec = excluded.codec,
    progress = excluded.progress

-- name: attempt.delete
DELETE FROM ${schema}.attempts a USING unnest(?::uuid[], ?::text[], ?::integer[]) AS d (incarnation, fiber, place)
WHERE a.incarnation = d.incarnation AND a.fiber = d.fiber AND a.place = d.place

-- name: published.put (plan kept)
INSERT INTO ${schema}.published (incarnation, name, codec, value) VALUES ${values}
ON CONFLICT (incarnation, name) DO UPDATE SET codec = excluded.codec, value = excluded.value

-- name: published.delete
DELETE FROM ${schema}.published WHERE incarnation = ? AND name = ?
