SELECT source AS "source!: Uuid" FROM safeguards WHERE tenant = $1 AND pending IS NOT NULL ORDER BY source
