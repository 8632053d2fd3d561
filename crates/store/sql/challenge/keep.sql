INSERT INTO confirmation_codes (tenant, request, person, mac, expires, attempts_left)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant, request, person) DO UPDATE SET
    mac = excluded.mac, expires = excluded.expires, attempts_left = excluded.attempts_left
