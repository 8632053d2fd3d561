UPDATE sites
SET name = $3, url = $4, cloud_id = $5, account = $6, credentials = $7, rpo_target = $8, removed = $9
WHERE tenant = $1 AND id = $2
