INSERT INTO recovery_runs (id, tenant, job, connection, request, source, standby, point, options, report, started)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
