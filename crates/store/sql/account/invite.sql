INSERT INTO invitations (hash, tenant, person, made, expires) VALUES ($1, $2, $3, $4, $5)
