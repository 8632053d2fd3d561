DELETE FROM request_evidence WHERE tenant = $1 AND request = $2
