UPDATE jobs
SET state = $3, ended = $4, stop = NULL, stop_by = NULL, lease_holder = NULL, lease_until = NULL
WHERE tenant = $1 AND id = $2 AND state IN ('waiting', 'running', 'paused')
