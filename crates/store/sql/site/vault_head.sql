SELECT number, mac FROM vault_heads WHERE tenant = $1 AND site = $2
