UPDATE jobs
SET checkpoint = $4, lost = 0
WHERE tenant = $1 AND id = $2 AND lease_token = $3 AND state = 'running'
