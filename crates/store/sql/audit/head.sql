SELECT number, hash FROM audit_events WHERE tenant = $1 ORDER BY number DESC LIMIT 1
