UPDATE recovery_runs
SET state = $3, ended = $4, stop = NULL, lease_token = lease_token + 1, lease_holder = NULL, lease_until = NULL
WHERE tenant = $1 AND id = $2 AND state IN ('running', 'paused')
