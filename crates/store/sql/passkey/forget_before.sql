DELETE FROM ceremonies WHERE expires < $1
