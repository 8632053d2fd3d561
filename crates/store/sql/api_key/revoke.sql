UPDATE api_keys SET revoked = coalesce(revoked, $3) WHERE tenant = $1 AND id = $2
