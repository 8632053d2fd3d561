UPDATE recovery_runs
SET lease_until = $4
WHERE tenant = $1 AND id = $2 AND lease_token = $3 AND lease_holder IS NOT NULL
RETURNING stop
