SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", person AS "person?: Uuid", webhook AS "webhook?: Uuid", subject, body, due,
    attempts, made, state, problem AS "problem?"
FROM messages
WHERE state = 'waiting' AND due <= $1
ORDER BY due, id
LIMIT $2
