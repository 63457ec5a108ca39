-- SPDX-License-Identifier: Apache-2.0
CREATE TABLE ${schema}.events (
    run  bigint NOT NULL,
    seq  bigint NOT NULL,
    body bytea  NOT NULL,
    PRIMARY KEY (run, seq)
)
