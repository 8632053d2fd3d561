UPDATE jobs
SET state = $4, run_at = coalesce($5, run_at), attempt = attempt + $6, error_class = $7, error = $8,
    result = coalesce($9, result), ended = $10, lost = 0, stop = CASE WHEN $4 = 'waiting' THEN stop END,
    stop_by = CASE WHEN $4 = 'waiting' THEN stop_by END, lease_holder = NULL, lease_until = NULL
WHERE tenant = $1 AND id = $2 AND lease_token = $3 AND state = 'running'
