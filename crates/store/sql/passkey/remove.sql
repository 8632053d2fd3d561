DELETE FROM passkeys WHERE tenant = $1 AND person = $2 AND id = $3
