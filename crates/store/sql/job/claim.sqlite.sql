UPDATE jobs
SET state = 'running', lease_token = lease_token + 1, lease_holder = $1, lease_until = $2
WHERE id = (
    SELECT due.id
    FROM jobs AS due
    WHERE due.state = 'waiting'
        AND due.run_at <= $3
        AND due.kind IN (SELECT value FROM json_each($4))
        AND (
            due.writes IS NULL
            OR (
                SELECT count(*)
                FROM jobs AS other
                WHERE other.state = 'running' AND other.tenant = due.tenant AND other.writes = due.writes
            ) < $5
        )
        AND (SELECT count(*) FROM jobs AS other WHERE other.state = 'running' AND other.tenant = due.tenant) < $6
    ORDER BY due.priority DESC, due.run_at, due.id
    LIMIT 1
)
RETURNING id AS "id!: Uuid", tenant AS "tenant!: Uuid", kind, site AS "site?: Uuid", connection AS "connection?: Uuid", payload,
    writes AS "writes?", dedup AS "dedup?", priority, state, run_at, attempt, max_attempts, lost, lease_token,
    lease_holder AS "lease_holder?", lease_until AS "lease_until?", stop AS "stop?", stop_by AS "stop_by?: Uuid", checkpoint,
    progress AS "progress?", error_class AS "error_class?", error AS "error?", result AS "result?",
    created_by AS "created_by?: Uuid", created, ended AS "ended?"
