SELECT source, target AS "target!: String", target_key
FROM journal
WHERE run = $1 AND kind = $2 AND source > $3 AND target IS NOT NULL
ORDER BY source
LIMIT $4
