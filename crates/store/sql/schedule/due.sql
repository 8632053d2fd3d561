SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", site AS "site!: Uuid", kind, payload, expression, zone, jitter,
    enabled AS "enabled!: bool", next, created
FROM schedules
WHERE enabled AND next <= $1
ORDER BY next, id
LIMIT $2
