-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE events (
    id   INTEGER PRIMARY KEY,
    run  INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    body BLOB    NOT NULL
)
