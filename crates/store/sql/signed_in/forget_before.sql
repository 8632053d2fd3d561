DELETE FROM sessions WHERE since < $1
