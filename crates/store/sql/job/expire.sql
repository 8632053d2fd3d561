UPDATE jobs
SET lease_until = $4
WHERE tenant = $1 AND id = $2 AND lease_token = $3 AND state = 'running'
