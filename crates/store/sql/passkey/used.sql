UPDATE passkeys SET used = $3, credential = $4 WHERE tenant = $1 AND id = $2
