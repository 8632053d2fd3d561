UPDATE sessions SET seen = CASE WHEN seen < $3 THEN $3 ELSE seen END WHERE tenant = $1 AND id = $2
