SELECT due.tenant
FROM jobs AS due
WHERE due.state = 'waiting'
    AND due.run_at <= $1
    AND due.kind = ANY ($2)
    AND (
        due.writes IS NULL
        OR (
            SELECT count(*)
            FROM jobs AS other
            WHERE other.state = 'running' AND other.tenant = due.tenant AND other.writes = due.writes
        ) < $3
    )
    AND (SELECT count(*) FROM jobs AS other WHERE other.state = 'running' AND other.tenant = due.tenant) < $4
ORDER BY due.priority DESC, due.run_at, due.id
LIMIT 1
