UPDATE webhooks SET url = $3, secret = $4, disabled = $5 WHERE tenant = $1 AND id = $2
