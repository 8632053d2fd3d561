INSERT INTO safeguards (tenant, source, policy, pending)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, source) DO UPDATE SET policy = excluded.policy, pending = excluded.pending
