-- How old the newest recovery point of a site may be, in seconds, where somebody said it.
ALTER TABLE sites ADD COLUMN rpo_target INTEGER;
