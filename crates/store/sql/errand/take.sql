DELETE FROM errands
WHERE tenant = $1 AND hash = $2
RETURNING state, expires
