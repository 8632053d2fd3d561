INSERT INTO vault_heads (tenant, site, number, mac)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, site) DO UPDATE SET number = excluded.number, mac = excluded.mac
WHERE excluded.number > vault_heads.number
