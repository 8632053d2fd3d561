INSERT INTO schedules (id, tenant, site, kind, payload, expression, zone, jitter, enabled, next, created)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
