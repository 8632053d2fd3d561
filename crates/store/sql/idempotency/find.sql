SELECT request, status, location AS "location?", body, at
FROM kept_answers
WHERE tenant = $1 AND person = $2 AND key = $3
