INSERT INTO tenants (id, "only") VALUES ($1, 1) ON CONFLICT ("only") DO NOTHING
