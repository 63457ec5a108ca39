-- SPDX-License-Identifier: Apache-2.0
-- What changes the database. Each statement has a name and is used by exactly that name.

-- name: begin
BEGIN IMMEDIATE

-- name: commit
COMMIT

-- name: rollback
ROLLBACK

-- Changes nothing, and has the write lock then.
-- name: write.begin
UPDATE nodes SET joined_at = joined_at WHERE false

-- ---- nodes ----

-- name: node.end
DELETE FROM nodes

-- name: node.insert
INSERT INTO nodes (node, joined_at) VALUES (?, ?)

-- name: node.lives
SELECT 1 FROM nodes WHERE node = ?

-- The run's number, if that node lives and owns it.
-- name: run.owned_by
SELECT r.id FROM runs r JOIN nodes n ON n.node = r.owner WHERE r.incarnation = ? AND r.owner = ?

-- name: owned.recover
UPDATE runs SET owner = NULL, recoveries = recoveries + 1 WHERE owner IS NOT NULL

-- name: owned.release
UPDATE runs SET owner = NULL WHERE owner IS NOT NULL

-- name: owned.all
SELECT id FROM runs WHERE owner IS NOT NULL

-- name: owned.list
SELECT id, incarnation FROM runs WHERE owner = ?

-- ---- runs ----

-- name: run.supersede
UPDATE runs SET present = 0 WHERE id = ?

-- name: run.last
SELECT coalesce(max(id), 0) FROM runs

-- name: run.insert
INSERT INTO runs (id, incarnation, run_id, chain, workflow, created_at, status, wake_at, waiting, problem, owner, changed_at,
    queue, queue_key, rank)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING

-- name: run.same_or_namesake
SELECT ${run} FROM runs r WHERE r.incarnation = ?
UNION ALL
SELECT ${run} FROM runs r WHERE r.run_id = ? AND r.present = 1

-- name: launch.insert
INSERT INTO launches (run, codec, input, start_at, previous, priority) VALUES (?, ?, ?, ?, ?, ?)

-- name: family.insert
INSERT INTO families (child, parent, fiber, place, parent_chain, parent_id, close, own) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING

-- Whom the end of an incarnation concerns: those who wait for its chain, unless that goes on, and its children.
-- name: family.concerned
SELECT parent_id, parent, parent_chain, fiber, place, close, child, own, 1 FROM families
WHERE ?2 AND child = (SELECT chain FROM runs WHERE incarnation = ?1)
UNION ALL
SELECT parent_id, parent, parent_chain, fiber, place, close, child, own, 0 FROM families
WHERE parent = ?1 AND own = 1 AND close <> 'ABANDON'

-- name: run.by_chain
SELECT ${run} FROM runs first
JOIN runs r ON r.run_id = first.run_id AND r.present = 1 AND r.chain = first.incarnation
WHERE first.incarnation = ?

-- name: header.insert
INSERT INTO headers (run, place, name, value) VALUES (?, ?, ?, ?)

-- name: attribute.insert
INSERT INTO attributes (run, name, value) VALUES (?, ?, ?)

-- name: run.move
UPDATE runs SET status = ?1, wake_at = ?2, waiting = ?3, problem = ?4, owner = CASE WHEN ?5 THEN owner END,
    recoveries = 0, changed_at = CASE WHEN status = ?1 THEN changed_at ELSE ?6 END
WHERE id = ?7

-- name: run.finish
UPDATE runs SET status = ?1, wake_at = ?2, waiting = ?3, problem = ?4, owner = NULL, recoveries = 0, addressed = 0,
    unread = ?5 + (SELECT count(*) FROM inbox WHERE run = ?7 AND kind = 'SIGNAL'), changed_at = ?6
WHERE id = ?7

-- name: run.own
UPDATE runs SET owner = ? WHERE id = ?

-- name: run.claim
UPDATE runs SET owner = ?1, changed_at = CASE WHEN status = 'QUEUED' THEN ?2 ELSE changed_at END,
    wake_at = CASE WHEN status <> 'QUEUED' THEN wake_at END,
    status = CASE WHEN status = 'QUEUED' THEN 'RUNNING' ELSE status END
WHERE id = ?3

-- Everything of a run that nobody needs any more: it is the node's, or it has finished.
-- name: forget.find
SELECT id FROM runs
WHERE incarnation = ? AND (owner = ? OR status IN ('COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED'))

-- name: forget.family
DELETE FROM families WHERE child = ?

-- name: forget.sent
DELETE FROM sent WHERE chain = ?

-- name: forget.run
DELETE FROM runs WHERE id = ?

-- name: forget.launch
DELETE FROM launches WHERE run = ?

-- name: forget.headers
DELETE FROM headers WHERE run = ?

-- name: forget.attributes
DELETE FROM attributes WHERE run = ?

-- name: forget.journal
DELETE FROM journal WHERE run = ?

-- name: run.addressed
UPDATE runs SET addressed = NOT addressed
WHERE id = ?1 AND addressed <> EXISTS (SELECT 1 FROM inbox WHERE run = ?1)

-- name: claim
SELECT ${run} FROM runs r WHERE queue = '' AND claimable_at <= ? ORDER BY claimable_at, id

-- name: claim.queued
SELECT ${run} FROM runs r WHERE queue = ? AND queue <> '' AND claimable_at <= ? ORDER BY place, id

-- name: claim.of_key
SELECT ${run}, place FROM runs r WHERE queue = ? AND queue <> '' AND claimable_at <= ? AND queue_key = ? ORDER BY place, id

-- name: limit.insert
INSERT INTO limits (chain, kind, due, span) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING

-- name: limit.delete
DELETE FROM limits WHERE chain = ? AND kind = ? AND due = ?

-- ---- queues ----

-- A queue that somebody has named.
-- name: queue.name
INSERT INTO queues (name, most, per_key, per_node, rate, per, declared, tokens, filled_at)
VALUES (?, 2147483647, 2147483647, 2147483647, 2147483647, 1000, '', 0, 0)
ON CONFLICT DO NOTHING

-- What code says counts only if it has not said the same before.
-- name: queue.define
INSERT INTO queues (name, most, per_key, per_node, rate, per, declared, tokens, filled_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
ON CONFLICT DO UPDATE SET most = excluded.most, per_key = excluded.per_key, per_node = excluded.per_node,
    rate = excluded.rate, per = excluded.per,
    declared = CASE excluded.declared WHEN '' THEN declared ELSE excluded.declared END
WHERE excluded.declared = '' OR excluded.declared <> declared

-- name: queue.take
UPDATE queues SET tokens = ?, filled_at = ? WHERE name = ?

-- ---- what belongs to a run ----

-- name: journal.insert
INSERT INTO journal (run, seq, entries, units) VALUES (?, ?, ?, ?)

-- name: log.insert
INSERT INTO log (id, records) VALUES (?, ?)

-- name: log.drop
DELETE FROM log WHERE id <= ?

-- name: log.clear
DELETE FROM log

-- name: inbox.insert
INSERT INTO inbox (run, rank, message_id, kind, name, codec, value, sender, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: inbox.lowest_rank
SELECT coalesce(min(rank), 0) FROM inbox WHERE run = ?

-- name: inbox.heard
DELETE FROM inbox WHERE number = ? AND run = ?

-- name: inbox.clear
DELETE FROM inbox WHERE run = ?

-- name: inbox.hand_over
UPDATE inbox SET run = ? WHERE run = ?

-- name: sent.insert
INSERT INTO sent (chain, message_id) VALUES (?, ?) ON CONFLICT DO NOTHING

-- name: sent.find
SELECT 1 FROM sent WHERE chain = ? AND message_id = ?

-- name: fact.insert
INSERT INTO facts (name, codec, value, emitter, emitted_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING

-- name: listener.insert
INSERT INTO listeners (incarnation, fiber, place, chain, name) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING

-- name: listener.of_fact
SELECT incarnation, fiber, place, chain, name FROM listeners WHERE name = ? ORDER BY fiber, place

-- name: listener.told
DELETE FROM listeners WHERE name = ?

-- name: listener.delete
DELETE FROM listeners WHERE incarnation = ? AND fiber = ? AND place = ?

-- name: listener.clear
DELETE FROM listeners WHERE incarnation = (SELECT incarnation FROM runs WHERE id = ?)

-- name: attempt.put
INSERT INTO attempts (run, fiber, place, step, made, first_at, next_at, failure, codec, progress)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET step = excluded.step, made = excluded.made, first_at = excluded.first_at,
    next_at = excluded.next_at, failure = excluded.failure, codec = excluded.codec, progress = excluded.progress

-- name: attempt.delete
DELETE FROM attempts WHERE run = ? AND fiber = ? AND place = ?

-- name: attempt.clear
DELETE FROM attempts WHERE run = ?

-- name: published.put
INSERT INTO published (run, name, codec, value) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET codec = excluded.codec, value = excluded.value

-- name: published.delete
DELETE FROM published WHERE run = ? AND name = ?
