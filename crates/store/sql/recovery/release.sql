UPDATE recovery_runs
SET state = $4, report = coalesce($5, report), ended = $6, stop = NULL,
    lease_token = lease_token + 1, lease_holder = NULL, lease_until = NULL
WHERE tenant = $1 AND id = $2 AND lease_token = $3 AND lease_holder IS NOT NULL
