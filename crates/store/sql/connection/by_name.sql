SELECT id AS "id!: Uuid", tenant AS "tenant!: Uuid", kind, name,
    issue_data AS "issue_data!: bool", configuration AS "configuration!: bool", assets AS "assets!: bool",
    source AS "source!: Uuid", source_cloud, made_by AS "made_by!: Uuid", made, status, bound,
    ever_bound AS "ever_bound!: bool", generation, token, verifier, upkeep, pending, suspension,
    banned, opened
FROM connections
WHERE tenant = $1 AND name = $2
ORDER BY status = 'revoked', made DESC
LIMIT 1
