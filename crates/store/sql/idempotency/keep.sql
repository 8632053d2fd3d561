INSERT INTO kept_answers (tenant, person, key, request, status, location, body, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
