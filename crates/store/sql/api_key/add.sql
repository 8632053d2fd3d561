INSERT INTO api_keys (id, tenant, person, name, made, expires, revoked, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
