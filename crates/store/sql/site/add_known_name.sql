INSERT INTO site_names (tenant, site, name, kind, since)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant, site, name) DO UPDATE SET kind = excluded.kind
