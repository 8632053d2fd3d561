INSERT INTO sites (id, tenant, name, url, cloud_id, account, credentials, added, rpo_target, removed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
