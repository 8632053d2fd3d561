INSERT INTO capture_runs (id, tenant, job, site, point, started) VALUES ($1, $2, $3, $4, $5, $6)
