INSERT INTO recovery_runs (
    id, tenant, connection, request, source, standby, point, options, state, lease_token, phase, progress, report,
    started_by, started, ended
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12, $13, $14, $15)
