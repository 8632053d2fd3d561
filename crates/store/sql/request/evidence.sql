SELECT kind, person AS "person!: Uuid", at, note
FROM request_evidence
WHERE tenant = $1 AND request = $2
ORDER BY position
