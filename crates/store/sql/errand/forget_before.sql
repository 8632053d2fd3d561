DELETE FROM errands WHERE expires < $1
