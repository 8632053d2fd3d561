SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", email, name, role, added
FROM people
WHERE tenant = $1 AND id = $2
