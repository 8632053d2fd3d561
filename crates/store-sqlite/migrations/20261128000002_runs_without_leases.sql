-- Contract: what a job says is no longer said by its run. No older program reads these columns: it refuses the file.
DROP INDEX capture_runs_unfinished;

ALTER TABLE capture_runs DROP COLUMN state;
ALTER TABLE capture_runs DROP COLUMN lease_token;
ALTER TABLE capture_runs DROP COLUMN lease_holder;
ALTER TABLE capture_runs DROP COLUMN lease_until;
ALTER TABLE capture_runs DROP COLUMN progress;
ALTER TABLE capture_runs DROP COLUMN ended;

ALTER TABLE recovery_runs DROP COLUMN state;
ALTER TABLE recovery_runs DROP COLUMN stop;
ALTER TABLE recovery_runs DROP COLUMN lease_token;
ALTER TABLE recovery_runs DROP COLUMN lease_holder;
ALTER TABLE recovery_runs DROP COLUMN lease_until;
ALTER TABLE recovery_runs DROP COLUMN phase;
ALTER TABLE recovery_runs DROP COLUMN progress;
ALTER TABLE recovery_runs DROP COLUMN started_by;
ALTER TABLE recovery_runs DROP COLUMN ended;
