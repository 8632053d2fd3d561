SELECT id AS "id!: Uuid", connection AS "connection!: Uuid", status, requester AS "requester!: Uuid", opened, nonce,
    scope, cooling_since, cooled AS "cooled!: bool", unlocked, paused, closed
FROM requests
WHERE tenant = $1 AND connection = $2
ORDER BY opened DESC, id DESC
LIMIT $3
