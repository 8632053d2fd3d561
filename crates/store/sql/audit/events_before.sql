SELECT number, at, actor, action, subject, outcome, details, previous, hash
FROM audit_events
WHERE tenant = $1 AND number < $2
ORDER BY number DESC
LIMIT $3
