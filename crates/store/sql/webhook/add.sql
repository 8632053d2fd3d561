INSERT INTO webhooks (id, tenant, url, secret, made, disabled) VALUES ($1, $2, $3, $4, $5, $6)
