UPDATE sessions
SET seen = $4, proven = $4, passkey = $5, passkey_added = $6, hash = $7
WHERE tenant = $1 AND id = $2 AND hash = $3 AND ended IS NULL
