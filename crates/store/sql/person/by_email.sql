SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", email, name, role, added, removed AS "removed?"
FROM people
WHERE tenant = $1 AND email = $2 AND removed IS NULL
