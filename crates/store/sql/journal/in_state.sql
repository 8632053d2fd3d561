SELECT place, kind, source, operation, state, attempt, expected, target, target_key, reason, lease
FROM journal
WHERE run = $1 AND state = $2 AND place > $3
ORDER BY place
LIMIT $4
