SELECT run.tenant, run.id, run.number, job.state, job.lease_token
FROM UNNEST($1::uuid[], $2::uuid[]) AS wanted (tenant, id)
JOIN recovery_runs AS run ON run.tenant = wanted.tenant AND run.id = wanted.id
JOIN jobs AS job ON job.tenant = run.tenant AND job.id = run.job
ORDER BY job.id
FOR SHARE OF job
