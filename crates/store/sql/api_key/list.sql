SELECT id, tenant AS "tenant!: Uuid", person AS "person!: Uuid", name, made, expires, revoked, mac
FROM api_keys
WHERE tenant = $1 AND (person = $2 OR $2 IS NULL)
ORDER BY made DESC, id
