INSERT INTO people (id, tenant, email, name, role, added) VALUES ($1, $2, $3, $4, $5, $6)
