-- SPDX-License-Identifier: Apache-2.0
-- This question names pg_stat_statements, and so leaves itself out.
SELECT coalesce(sum(calls), 0)::bigint,
       pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint
FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND query NOT LIKE '%pg_stat_statements%'
