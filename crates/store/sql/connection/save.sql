INSERT INTO connections (
    id, tenant, kind, name, issue_data, configuration, assets, source, source_cloud, made_by, made, status, bound,
    ever_bound, generation, token, verifier, upkeep, pending, suspension, banned, opened
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, status = excluded.status, bound = excluded.bound, ever_bound = excluded.ever_bound,
    generation = excluded.generation, token = excluded.token, verifier = excluded.verifier, upkeep = excluded.upkeep,
    pending = excluded.pending, suspension = excluded.suspension, banned = excluded.banned, opened = excluded.opened
WHERE connections.tenant = excluded.tenant
