SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", job AS "job!: Uuid", site AS "site!: Uuid", point AS "point?", started
FROM capture_runs
WHERE tenant = $1 AND job = $2
