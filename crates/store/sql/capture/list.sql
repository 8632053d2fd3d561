SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", site AS "site!: Uuid", state, lease_token, lease_holder, lease_until,
    progress, point, started, ended
FROM capture_runs
WHERE tenant = $1 AND site = $2
ORDER BY started DESC, id DESC
LIMIT $3
