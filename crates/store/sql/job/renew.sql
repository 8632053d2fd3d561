UPDATE jobs
SET lease_until = $4, progress = coalesce($5, progress), lost = CASE WHEN $6 THEN 0 ELSE lost END
WHERE tenant = $1 AND id = $2 AND lease_token = $3 AND state = 'running'
RETURNING stop AS "stop?"
