SELECT policy, pending FROM safeguards WHERE tenant = $1 AND source = $2
