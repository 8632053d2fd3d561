DELETE FROM ceremonies
WHERE tenant = $1 AND id = $2
RETURNING id AS "id!: Uuid", tenant AS "tenant!: Uuid", person AS "person!: Uuid", state, expires
