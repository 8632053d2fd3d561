SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", url, secret, made, disabled AS "disabled?"
FROM webhooks
WHERE tenant = $1
ORDER BY made, id
