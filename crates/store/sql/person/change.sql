UPDATE people SET name = $3, role = $4, removed = $5 WHERE tenant = $1 AND id = $2
