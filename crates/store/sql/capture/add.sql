INSERT INTO capture_runs (id, tenant, site, state, lease_token, progress, started)
VALUES ($1, $2, $3, 'running', 0, 'null', $4)
