COPY ${schema}.events (run, seq, body) FROM STDIN (FORMAT binary)
