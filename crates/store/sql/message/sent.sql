UPDATE messages SET state = 'sent', body = '', problem = NULL WHERE tenant = $1 AND id = $2
