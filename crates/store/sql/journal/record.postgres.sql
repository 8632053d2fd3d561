INSERT INTO journal (run, kind, source, operation, state, attempt, expected, target, target_key, reason, lease)
SELECT run, kind, source, operation, state, attempt, expected, target, target_key, reason, lease
FROM UNNEST(
    $1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::bigint[]
) WITH ORDINALITY AS recorded (
    run, kind, source, operation, state, attempt, expected, target, target_key, reason, lease, position
)
ORDER BY position
ON CONFLICT (run, kind, source) DO UPDATE SET
    operation = excluded.operation, state = excluded.state, attempt = excluded.attempt, expected = excluded.expected,
    target = excluded.target, target_key = excluded.target_key, reason = excluded.reason, lease = excluded.lease
