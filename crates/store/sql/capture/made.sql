UPDATE capture_runs SET point = $3 WHERE tenant = $1 AND id = $2
