DELETE FROM confirmation_codes WHERE tenant = $1 AND request = $2 AND person = $3
