INSERT INTO safeguards (tenant, source, pending)
VALUES ($1, $2, $3)
ON CONFLICT (tenant, source) DO UPDATE SET pending = excluded.pending
