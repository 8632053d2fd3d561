UPDATE sessions SET ended = coalesce(ended, $3) WHERE tenant = $1 AND id = $2
