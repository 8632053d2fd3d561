UPDATE messages SET due = $4, attempts = attempts + 1
WHERE tenant = $1 AND id = $2 AND state = 'waiting' AND due = $3
