SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", job AS "job!: Uuid", site AS "site!: Uuid", point AS "point?", started
FROM capture_runs
WHERE tenant = $1 AND site = $2 AND (id < $3 OR $3 IS NULL)
ORDER BY id DESC
LIMIT $4
