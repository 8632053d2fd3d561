INSERT INTO passkeys (id, tenant, person, name, added, used, credential_id, credential)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
