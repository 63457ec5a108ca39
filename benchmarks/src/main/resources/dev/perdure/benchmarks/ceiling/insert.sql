-- SPDX-License-Identifier: Apache-2.0
INSERT INTO events (run, seq, body) VALUES (?, ?, ?)
