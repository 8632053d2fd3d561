SELECT kind, state, count(*) AS "count!: i64"
FROM journal
WHERE run = $1
GROUP BY kind, state
ORDER BY kind, state
