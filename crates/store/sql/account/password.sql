SELECT hash FROM passwords WHERE tenant = $1 AND person = $2
