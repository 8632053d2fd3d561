SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", person AS "person!: Uuid", since, seen, proven,
    passkey_added, ended, hash
FROM sessions
WHERE tenant = $1 AND person = $2 AND ended IS NULL
ORDER BY since DESC, id DESC
