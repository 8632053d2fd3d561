UPDATE jobs
SET stop = $3, stop_by = $4
WHERE tenant = $1 AND id = $2 AND state IN ('waiting', 'running', 'paused')
