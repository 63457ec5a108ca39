-- SPDX-License-Identifier: Apache-2.0
-- This question names pg_stat_statements, and so leaves itself out. What ends a transaction is counted where it begins:
-- the driver prepares COMMIT on the server, and of such a statement pg_stat_statements counts the first call only.
SELECT coalesce(sum(CASE WHEN query ~* '^\s*(commit|end|rollback|abort)\M' THEN 0
                         WHEN query ~* '^\s*(begin|start transaction)\M' THEN 2 * calls
                         ELSE calls END), 0)::bigint,
       pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint
FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND query NOT LIKE '%pg_stat_statements%'
