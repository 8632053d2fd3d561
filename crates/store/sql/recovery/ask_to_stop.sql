UPDATE recovery_runs
SET stop = $3
WHERE tenant = $1 AND id = $2 AND state IN ('running', 'paused')
