SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", site AS "site!: Uuid", kind, payload, expression, zone, jitter,
    enabled AS "enabled!: bool", next, created
FROM schedules
WHERE tenant = $1
ORDER BY id
