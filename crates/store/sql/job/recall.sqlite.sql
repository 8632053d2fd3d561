UPDATE jobs
SET state = CASE WHEN lost + 1 < $2 THEN 'waiting' ELSE 'paused' END,
    error_class = CASE WHEN lost + 1 < $2 THEN error_class ELSE 'poison' END,
    error = CASE WHEN lost + 1 < $2 THEN error ELSE $3 END,
    lost = lost + 1, lease_holder = NULL, lease_until = NULL
WHERE state = 'running' AND lease_until <= $1
RETURNING id AS "id!: Uuid", tenant AS "tenant!: Uuid", kind, site AS "site?: Uuid", connection AS "connection?: Uuid", payload,
    writes AS "writes?", dedup AS "dedup?", priority, state, run_at, attempt, max_attempts, lost, lease_token,
    lease_holder AS "lease_holder?", lease_until AS "lease_until?", stop AS "stop?", stop_by AS "stop_by?: Uuid", checkpoint,
    progress AS "progress?", error_class AS "error_class?", error AS "error?", result AS "result?",
    created_by AS "created_by?: Uuid", created, ended AS "ended?"
