UPDATE capture_runs
SET state = $4, point = $5, ended = $6, lease_token = lease_token + 1, lease_holder = NULL, lease_until = NULL
WHERE tenant = $1 AND id = $2 AND lease_token = $3 AND lease_holder IS NOT NULL
