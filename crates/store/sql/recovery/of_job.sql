SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", job AS "job!: Uuid", connection AS "connection?: Uuid",
    request AS "request?: Uuid", source AS "source!: Uuid", standby AS "standby!: Uuid", point, options, report AS "report?", started
FROM recovery_runs
WHERE tenant = $1 AND job = $2
