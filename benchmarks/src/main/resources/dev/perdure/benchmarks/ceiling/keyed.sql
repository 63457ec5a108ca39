-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE events (
    run  INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    body BLOB    NOT NULL,
    PRIMARY KEY (run, seq)
) WITHOUT ROWID
