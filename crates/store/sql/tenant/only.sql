SELECT id AS "id!: Uuid" FROM tenants WHERE "only" = 1
