SELECT number, at, actor, action, subject, outcome, details, previous, hash
FROM audit_events
WHERE tenant = $1
    AND number < $2
    AND (actor = $3 OR $3 IS NULL)
    AND (action = $4 OR substr(action, 1, length($4) + 1) = $4 || '.' OR $4 IS NULL)
    AND (subject = $5 OR details LIKE $6 OR $5 IS NULL)
    AND (at >= $7 OR $7 IS NULL)
    AND (at < $8 OR $8 IS NULL)
    AND (outcome = $9 OR $9 IS NULL)
ORDER BY number DESC
LIMIT $10
