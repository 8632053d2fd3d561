INSERT INTO messages (id, tenant, person, webhook, subject, body, due, attempts, made, state, problem)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
