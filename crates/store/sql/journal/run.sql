SELECT number, lease_token, lease_holder FROM recovery_runs WHERE tenant = $1 AND id = $2
