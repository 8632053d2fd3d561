UPDATE recovery_runs
SET phase = $4, progress = $5
WHERE tenant = $1 AND id = $2 AND lease_token = $3 AND lease_holder IS NOT NULL
