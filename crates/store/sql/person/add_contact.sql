INSERT INTO contacts (tenant, site, person, registered)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, site, person) DO NOTHING
