INSERT INTO request_evidence (tenant, request, position, kind, person, at, note)
VALUES ($1, $2, $3, $4, $5, $6, $7)
