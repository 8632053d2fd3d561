INSERT INTO jobs (
    id, tenant, kind, site, connection, payload, writes, dedup, priority, state, run_at, attempt, max_attempts, lost,
    lease_token, checkpoint, created_by, created
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, 0, $11, 0, 0, 'null', $12, $13)
ON CONFLICT (tenant, dedup) WHERE dedup IS NOT NULL AND state IN ('waiting', 'running', 'paused') DO NOTHING
