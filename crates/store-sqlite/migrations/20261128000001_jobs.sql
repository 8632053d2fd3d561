-- The queue. A lease is its holder, its token and its end; the token grows with each claim and never goes back.
CREATE TABLE jobs (
    id           BLOB    NOT NULL PRIMARY KEY,
    tenant       BLOB    NOT NULL,
    kind         TEXT    NOT NULL,
    site         BLOB,
    connection   BLOB,
    payload      TEXT    NOT NULL,
    writes       TEXT,
    dedup        TEXT,
    priority     INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    run_at       INTEGER NOT NULL,
    attempt      INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    lost         INTEGER NOT NULL,
    lease_token  INTEGER NOT NULL,
    lease_holder TEXT,
    lease_until  INTEGER,
    stop         TEXT,
    stop_by      BLOB,
    checkpoint   TEXT    NOT NULL,
    progress     TEXT,
    error_class  TEXT,
    error        TEXT,
    result       TEXT,
    created_by   BLOB,
    created      INTEGER NOT NULL,
    ended        INTEGER,
    UNIQUE (tenant, id),
    CHECK ((site IS NULL) <> (connection IS NULL)),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id),
    FOREIGN KEY (tenant, connection) REFERENCES connections (tenant, id)
) STRICT;

CREATE UNIQUE INDEX jobs_unfinished_once ON jobs (tenant, dedup)
WHERE dedup IS NOT NULL AND state IN ('waiting', 'running', 'paused');
CREATE INDEX jobs_waiting ON jobs (priority DESC, run_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (tenant, writes) WHERE state = 'running';

CREATE TABLE schedules (
    id         BLOB    NOT NULL PRIMARY KEY,
    tenant     BLOB    NOT NULL,
    site       BLOB    NOT NULL,
    kind       TEXT    NOT NULL,
    payload    TEXT    NOT NULL,
    expression TEXT    NOT NULL,
    zone       TEXT    NOT NULL,
    jitter     INTEGER NOT NULL,
    enabled    INTEGER NOT NULL,
    next       INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id)
) STRICT;

CREATE INDEX schedules_due ON schedules (next) WHERE enabled;

-- Expand: every run gets a job, which takes over its lease. The token goes on from the run's: what an older process
-- holds is refused afterwards.
ALTER TABLE recovery_runs ADD COLUMN job BLOB REFERENCES jobs (id);
ALTER TABLE capture_runs ADD COLUMN job BLOB REFERENCES jobs (id);

INSERT INTO jobs (
    id, tenant, kind, site, connection, payload, writes, dedup, priority, state, run_at, attempt, max_attempts, lost,
    lease_token, lease_holder, lease_until, stop, checkpoint, result, created_by, created, ended
)
SELECT
    id, tenant, 'recovery', CASE WHEN connection IS NULL THEN standby END, connection, '{}',
    'site/' || lower(hex(standby)), 'recovery/' || lower(hex(coalesce(request, id))), 100,
    CASE WHEN state = 'running' AND lease_until IS NULL THEN 'waiting' ELSE state END,
    started, 0, 10, 0, lease_token,
    CASE WHEN state = 'running' THEN lease_holder END, CASE WHEN state = 'running' THEN lease_until END, stop,
    json_object('phase', phase), NULL, started_by, started, ended
FROM recovery_runs;

INSERT INTO jobs (
    id, tenant, kind, site, payload, writes, dedup, priority, state, run_at, attempt, max_attempts, lost, lease_token,
    lease_holder, lease_until, checkpoint, created, ended
)
SELECT
    id, tenant, 'capture', site, '{}', 'vault/' || lower(hex(site)), 'capture/' || lower(hex(site)), 0,
    CASE WHEN state = 'running' AND lease_until IS NULL THEN 'waiting' ELSE state END,
    started, 0, 10, 0, lease_token,
    CASE WHEN state = 'running' THEN lease_holder END, CASE WHEN state = 'running' THEN lease_until END, 'null',
    started, ended
FROM capture_runs;

UPDATE recovery_runs SET job = id;
UPDATE capture_runs SET job = id;

CREATE UNIQUE INDEX recovery_runs_by_job ON recovery_runs (tenant, job);
CREATE UNIQUE INDEX capture_runs_by_job ON capture_runs (tenant, job);
CREATE INDEX recovery_runs_by_request ON recovery_runs (tenant, request);
