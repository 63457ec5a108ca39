-- SPDX-License-Identifier: Apache-2.0
CREATE UNIQUE INDEX events_of_run ON events (run, seq)
