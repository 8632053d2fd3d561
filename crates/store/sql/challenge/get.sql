SELECT mac, expires, attempts_left FROM confirmation_codes WHERE tenant = $1 AND request = $2 AND person = $3
