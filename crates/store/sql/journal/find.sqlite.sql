SELECT place, kind, source, operation, state, attempt, expected, target, target_key, reason, lease
FROM journal
WHERE run = $1 AND kind = $2 AND source IN (SELECT value FROM json_each($3))
