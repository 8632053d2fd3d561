UPDATE sessions SET seen = $3, proven = $4, passkey = $5, ended = $6, hash = $7 WHERE tenant = $1 AND id = $2
