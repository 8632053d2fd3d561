SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", person AS "person!: Uuid", name, added, used, credential_id, credential
FROM passkeys
WHERE tenant = $1 AND person = $2
ORDER BY added, id
