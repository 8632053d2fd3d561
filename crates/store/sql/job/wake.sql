UPDATE jobs
SET state = 'waiting', run_at = $3, attempt = 0, lost = 0, ended = NULL, stop = NULL, stop_by = NULL
WHERE tenant = $1 AND id = $2 AND state IN ('waiting', 'paused', 'failed')
