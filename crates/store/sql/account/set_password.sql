INSERT INTO passwords (tenant, person, hash)
VALUES ($1, $2, $3)
ON CONFLICT (tenant, person) DO UPDATE SET hash = excluded.hash
