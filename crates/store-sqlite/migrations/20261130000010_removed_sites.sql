-- When a site was removed; none while it is there. Its row stays: recovery points, connections that are over and the audit log
-- name it, and adding it again makes it that very site.
ALTER TABLE sites ADD COLUMN removed INTEGER;
