-- SPDX-License-Identifier: Apache-2.0
-- What reads the database. ${run} stands for the columns of a run's row, in the order in which Rows reads them.

-- name: run
r.id, r.run_id, r.incarnation, r.chain, r.workflow, r.status, r.wake_at, r.waiting, r.problem, r.owner, r.recoveries,
r.unread, r.created_at, r.changed_at, r.queue

-- name: begin.to_read
BEGIN

-- name: data_version
PRAGMA data_version

-- name: schema.state
SELECT (SELECT user_version FROM pragma_user_version) || ' ' || (SELECT count(*) FROM sqlite_schema)

-- ---- looking for work ----

-- name: claimable.workflows
SELECT workflow FROM runs WHERE queue = '' AND claimable_at <= ?1
UNION
SELECT workflow FROM runs WHERE queue <> '' AND claimable_at <= ?1

-- name: claimable.next
SELECT min(next) FROM (
    SELECT min(claimable_at) AS next FROM runs WHERE queue = '' AND claimable_at > ?1
    UNION ALL
    SELECT min(claimable_at) FROM runs WHERE queue <> '' AND claimable_at > ?1
)

-- name: claimable.queues
SELECT '' WHERE EXISTS (SELECT 1 FROM runs WHERE queue = '' AND claimable_at <= ?1)
UNION ALL
SELECT q.name FROM queues q
WHERE EXISTS (SELECT 1 FROM runs r WHERE r.queue = q.name AND r.queue <> '' AND r.claimable_at <= ?1)

-- name: limit.exceeded
SELECT chain, kind, due, span FROM limits WHERE due <= ? ORDER BY due, chain, kind DESC LIMIT 100

-- name: limits
SELECT chain, kind, due, span FROM limits WHERE chain = ?

-- ---- queues ----

-- name: queue
SELECT name, most, per_key, per_node, rate, per, tokens, filled_at FROM queues WHERE name = ?

-- name: queue.views
SELECT name, most, per_key, per_node, rate, per, tokens, filled_at,
    (SELECT count(*) FROM runs r
     WHERE r.queue = q.name AND r.queue <> '' AND r.claimable_at <= ?1 AND r.status = 'QUEUED'),
    (SELECT count(*) FROM runs r WHERE r.owner IS NOT NULL AND r.queue = q.name),
    (SELECT min(r.claimable_at) FROM runs r
     WHERE r.queue = q.name AND r.queue <> '' AND r.claimable_at <= ?1 AND r.status = 'QUEUED')
FROM queues q ORDER BY name

-- name: queue.running
SELECT queue_key, count(*) FROM runs WHERE owner IS NOT NULL AND queue = ? GROUP BY queue_key

-- The first key of runs that could move, and the next one.
-- name: queue.first_key
SELECT queue_key FROM runs WHERE queue = ? AND queue <> '' AND claimable_at IS NOT NULL ORDER BY queue_key LIMIT 1

-- name: queue.next_key
SELECT queue_key FROM runs WHERE queue = ? AND queue <> '' AND claimable_at IS NOT NULL AND queue_key > ?
ORDER BY queue_key LIMIT 1

-- name: inbox.of_owner
SELECT i.number, r.chain, i.message_id, i.kind, i.name, i.codec, i.value, i.sender, i.sent_at
FROM runs r CROSS JOIN inbox i ON i.run = r.id
WHERE r.owner = ? AND r.addressed = 1
ORDER BY i.run, i.rank, i.number

-- ---- runs ----

-- name: run.by_name
SELECT ${run} FROM runs r WHERE r.run_id = ? AND r.present = 1

-- name: run.by_incarnation
SELECT ${run} FROM runs r WHERE r.incarnation = ?

-- name: launch
SELECT r.run_id, r.incarnation, r.chain, r.workflow, r.created_at, l.codec, l.input, l.start_at, l.previous, r.id,
    EXISTS (SELECT 1 FROM headers WHERE run = r.id), EXISTS (SELECT 1 FROM attributes WHERE run = r.id),
    EXISTS (SELECT 1 FROM families WHERE child = r.chain AND own = 1), r.queue, r.queue_key, l.priority
FROM runs r JOIN launches l ON l.run = r.id
WHERE r.incarnation = ?

-- name: launch.headers
SELECT name, value FROM headers WHERE run = ? ORDER BY place

-- name: launch.parent
SELECT parent_id, parent, parent_chain, fiber, place, close FROM families WHERE child = ? AND own = 1

-- name: launch.attributes
SELECT name, value FROM attributes WHERE run = ?

-- name: run.owned
SELECT id FROM runs WHERE incarnation = ? AND owner IS NOT NULL

-- name: journal
SELECT seq, units FROM journal
WHERE run = (SELECT id FROM runs WHERE incarnation = ?)
ORDER BY seq

-- The rows that may have a unit after an entry: from the one that has this entry.
-- name: journal.after
SELECT seq, units FROM journal
WHERE run = (SELECT id FROM runs WHERE incarnation = ?1) AND seq >= (
    SELECT coalesce(max(seq), 0) FROM journal
    WHERE run = (SELECT id FROM runs WHERE incarnation = ?1) AND seq <= ?2)
ORDER BY seq

-- name: journal.last
SELECT seq, units FROM journal
WHERE run = (SELECT id FROM runs WHERE incarnation = ?)
ORDER BY seq DESC LIMIT 1

-- name: journal.end
SELECT seq + entries - 1 FROM journal WHERE run = ? ORDER BY seq DESC LIMIT 1

-- name: log
SELECT id, records FROM log ORDER BY id

-- name: journal.entries
SELECT coalesce(sum(entries), 0) FROM journal

-- name: inbox.of_chain
SELECT i.number, r.chain, i.message_id, i.kind, i.name, i.codec, i.value, i.sender, i.sent_at
FROM runs first
JOIN runs r ON r.run_id = first.run_id AND r.present = 1 AND r.chain = first.incarnation
JOIN inbox i ON i.run = r.id
WHERE first.incarnation = ?
ORDER BY i.rank, i.number

-- name: fact
SELECT name, codec, value, emitter, emitted_at FROM facts WHERE name = ?

-- name: facts.after
SELECT name, codec, value, emitter, emitted_at FROM facts WHERE name > ? ORDER BY name LIMIT ?

-- name: listening
SELECT incarnation, fiber, place, chain, name FROM listeners WHERE incarnation = ?

-- name: attempts
SELECT fiber, place, step, made, first_at, next_at, failure, codec, progress FROM attempts
WHERE run = (SELECT id FROM runs WHERE incarnation = ?)

-- name: published
SELECT name, codec, value FROM published WHERE run = (SELECT id FROM runs WHERE incarnation = ?)

-- ---- lists: one head, any of the conditions, and for a page its tail ----

-- name: list
SELECT ${run} FROM runs r WHERE r.present = 1

-- name: list.count
SELECT count(*) FROM runs r WHERE r.present = 1

-- name: list.statuses
AND r.status IN (${marks})

-- name: list.not_completed
AND r.status <> 'COMPLETED'

-- name: list.workflow
AND r.workflow = ?

-- name: list.prefix
AND r.run_id >= ? AND r.run_id < ? || char(1114111)

-- name: list.created_from
AND r.created_at >= ?

-- name: list.created_to
AND r.created_at < ?

-- name: list.attribute
AND r.id IN (SELECT run FROM attributes WHERE name = ? AND value = ?)

-- name: list.before
AND r.id < (SELECT id FROM runs WHERE incarnation = ?)

-- name: list.page
ORDER BY r.id DESC LIMIT ?
