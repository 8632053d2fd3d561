INSERT INTO sessions (id, tenant, person, since, seen, proven, passkey, passkey_added, ended, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
