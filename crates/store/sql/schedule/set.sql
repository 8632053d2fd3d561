UPDATE schedules SET enabled = $3, next = $4 WHERE tenant = $1 AND id = $2
