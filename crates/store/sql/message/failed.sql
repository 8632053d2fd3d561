UPDATE messages SET state = $3, due = $4, problem = $5 WHERE tenant = $1 AND id = $2 AND state = 'waiting'
