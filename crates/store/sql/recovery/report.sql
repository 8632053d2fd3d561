UPDATE recovery_runs SET report = $3 WHERE tenant = $1 AND id = $2
