-- Checks, reminders and the end of a connection's present token, as JSON. Earlier rows know none of them.
ALTER TABLE connections ADD COLUMN upkeep TEXT NOT NULL DEFAULT '{}';
