SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", connection AS "connection: Uuid", request AS "request: Uuid",
    source AS "source!: Uuid", standby AS "standby!: Uuid", point, options, state, stop, lease_token, lease_holder,
    lease_until, phase, progress, report, started_by AS "started_by: Uuid", started, ended
FROM recovery_runs
WHERE tenant = $1 AND id = $2
