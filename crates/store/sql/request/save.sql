INSERT INTO requests (
    id, tenant, connection, status, requester, opened, nonce, scope, cooling_since, cooled, unlocked, paused, closed
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (id) DO UPDATE SET
    status = excluded.status, cooling_since = excluded.cooling_since, cooled = excluded.cooled,
    unlocked = excluded.unlocked, paused = excluded.paused, closed = excluded.closed
WHERE requests.tenant = excluded.tenant AND requests.connection = excluded.connection
