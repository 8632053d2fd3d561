SELECT id, tenant AS "tenant!: Uuid", person AS "person!: Uuid", name, made, expires, revoked, mac
FROM api_keys
WHERE tenant = $1 AND id = $2
