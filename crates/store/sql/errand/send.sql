INSERT INTO errands (hash, tenant, state, expires) VALUES ($1, $2, $3, $4)
