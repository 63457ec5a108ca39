INSERT INTO ${schema}.events (run, seq, body) VALUES (?, ?, ?)
