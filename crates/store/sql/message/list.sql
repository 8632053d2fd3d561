SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", person AS "person?: Uuid", webhook AS "webhook?: Uuid", subject, body, due,
    attempts, made, state, problem AS "problem?"
FROM messages
WHERE tenant = $1 AND (id < $2 OR $2 IS NULL)
ORDER BY id DESC
LIMIT $3
