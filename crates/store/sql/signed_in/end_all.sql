UPDATE sessions SET ended = $3 WHERE tenant = $1 AND person = $2 AND ended IS NULL
