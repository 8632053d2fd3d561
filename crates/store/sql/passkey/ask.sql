INSERT INTO ceremonies (id, tenant, person, state, expires) VALUES ($1, $2, $3, $4, $5)
