INSERT INTO audit_events (tenant, number, at, actor, action, subject, outcome, details, previous, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
