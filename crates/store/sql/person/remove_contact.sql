DELETE FROM contacts WHERE tenant = $1 AND site = $2 AND person = $3
