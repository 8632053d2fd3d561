SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", name, url, cloud_id, account, credentials, added, rpo_target, removed
FROM sites
WHERE tenant = $1 AND removed IS NULL
ORDER BY name
