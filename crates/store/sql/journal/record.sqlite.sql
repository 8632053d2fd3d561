INSERT INTO journal (run, kind, source, operation, state, attempt, expected, target, target_key, reason, lease)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (run, kind, source) DO UPDATE SET
    operation = excluded.operation, state = excluded.state, attempt = excluded.attempt, expected = excluded.expected,
    target = excluded.target, target_key = excluded.target_key, reason = excluded.reason, lease = excluded.lease
