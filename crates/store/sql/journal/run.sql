SELECT run.number, job.state, job.lease_token
FROM recovery_runs AS run
JOIN jobs AS job ON job.tenant = run.tenant AND job.id = run.job
WHERE run.tenant = $1 AND run.id = $2
