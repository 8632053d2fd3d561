SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", person AS "person!: Uuid", since, seen, proven,
    passkey_added, ended, hash
FROM sessions
WHERE hash = $1
