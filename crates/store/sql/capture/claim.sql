UPDATE capture_runs
SET state = 'running', lease_token = lease_token + 1, lease_holder = $3, lease_until = $5
WHERE tenant = $1 AND id = $2 AND (lease_until IS NULL OR lease_until <= $4)
