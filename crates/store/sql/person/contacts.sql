SELECT person AS "person!: Uuid", registered
FROM contacts
WHERE tenant = $1 AND site = $2
ORDER BY registered, person
