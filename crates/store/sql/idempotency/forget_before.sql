DELETE FROM kept_answers WHERE at < $1
