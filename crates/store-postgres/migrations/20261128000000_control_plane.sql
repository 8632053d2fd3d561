-- Times are microseconds since 1970. Every row carries its tenant, and refers to other rows together with it. JSON is text:
-- it must come back as it was written. Text that is ordered or compared is ordered by its bytes, whatever the database's
-- locale, so that pages and look-ups are the same on every server.

CREATE TABLE tenants (
    id     UUID   NOT NULL PRIMARY KEY,
    "only" BIGINT UNIQUE CHECK ("only" = 1)
);

CREATE TABLE sites (
    id          UUID   NOT NULL PRIMARY KEY,
    tenant      UUID   NOT NULL,
    name        TEXT   COLLATE "C" NOT NULL,
    url         TEXT   NOT NULL,
    cloud_id    TEXT   COLLATE "C" NOT NULL,
    account     TEXT   NOT NULL,
    credentials BYTEA,
    added       BIGINT NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, name),
    UNIQUE (tenant, cloud_id)
);

CREATE TABLE site_names (
    tenant UUID   NOT NULL,
    site   UUID   NOT NULL,
    name   TEXT   COLLATE "C" NOT NULL,
    kind   TEXT   NOT NULL,
    since  BIGINT NOT NULL,
    PRIMARY KEY (tenant, site, name),
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id)
);

CREATE TABLE vault_heads (
    tenant UUID   NOT NULL,
    site   UUID   NOT NULL,
    number BIGINT NOT NULL,
    mac    BYTEA  NOT NULL,
    PRIMARY KEY (tenant, site),
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id)
);

CREATE TABLE people (
    id     UUID   NOT NULL PRIMARY KEY,
    tenant UUID   NOT NULL,
    email  TEXT   COLLATE "C" NOT NULL,
    name   TEXT   NOT NULL,
    role   TEXT   NOT NULL,
    added  BIGINT NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, email)
);

CREATE TABLE contacts (
    tenant     UUID   NOT NULL,
    site       UUID   NOT NULL,
    person     UUID   NOT NULL,
    registered BIGINT NOT NULL,
    PRIMARY KEY (tenant, site, person),
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
);

CREATE TABLE connections (
    id            UUID    NOT NULL PRIMARY KEY,
    tenant        UUID    NOT NULL,
    kind          TEXT    NOT NULL,
    name          TEXT    COLLATE "C" NOT NULL,
    issue_data    BOOLEAN NOT NULL,
    configuration BOOLEAN NOT NULL,
    assets        BOOLEAN NOT NULL,
    source        UUID    NOT NULL,
    source_cloud  TEXT    NOT NULL,
    made_by       UUID    NOT NULL,
    made          BIGINT  NOT NULL,
    status        TEXT    NOT NULL,
    bound         TEXT,
    ever_bound    BOOLEAN NOT NULL,
    generation    BIGINT  NOT NULL,
    token         TEXT    COLLATE "C" NOT NULL UNIQUE,
    verifier      BYTEA   NOT NULL,
    upkeep        TEXT    NOT NULL,
    pending       TEXT,
    suspension    TEXT,
    banned        TEXT    NOT NULL,
    opened        TEXT    NOT NULL,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, source) REFERENCES sites (tenant, id)
);

-- A revoked connection gives its name free.
CREATE UNIQUE INDEX connections_by_name ON connections (tenant, name) WHERE status <> 'revoked';

CREATE TABLE requests (
    id            UUID    NOT NULL PRIMARY KEY,
    tenant        UUID    NOT NULL,
    connection    UUID    NOT NULL,
    status        TEXT    NOT NULL,
    requester     UUID    NOT NULL,
    opened        BIGINT  NOT NULL,
    nonce         BYTEA   NOT NULL,
    scope         TEXT    NOT NULL,
    cooling_since BIGINT,
    cooled        BOOLEAN NOT NULL,
    unlocked      BIGINT,
    paused        BIGINT,
    closed        BIGINT,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, connection) REFERENCES connections (tenant, id)
);

CREATE INDEX requests_by_connection ON requests (tenant, connection, id);

CREATE TABLE request_evidence (
    tenant   UUID   NOT NULL,
    request  UUID   NOT NULL,
    position BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    person   UUID   NOT NULL,
    at       BIGINT NOT NULL,
    note     TEXT   NOT NULL,
    PRIMARY KEY (tenant, request, position),
    FOREIGN KEY (tenant, request) REFERENCES requests (tenant, id)
);

-- One code for each person and request: a new one replaces the old one. Only a MAC of it is kept.
CREATE TABLE confirmation_codes (
    tenant        UUID   NOT NULL,
    request       UUID   NOT NULL,
    person        UUID   NOT NULL,
    mac           BYTEA  NOT NULL,
    expires       BIGINT NOT NULL,
    attempts_left BIGINT NOT NULL,
    PRIMARY KEY (tenant, request, person),
    FOREIGN KEY (tenant, request) REFERENCES requests (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
);

CREATE TABLE audit_events (
    tenant   UUID   NOT NULL,
    number   BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    actor    TEXT   NOT NULL,
    action   TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    outcome  TEXT   NOT NULL,
    details  TEXT   NOT NULL,
    previous BYTEA  NOT NULL,
    hash     BYTEA  NOT NULL,
    PRIMARY KEY (tenant, number)
);

CREATE FUNCTION audit_events_are_never_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are never changed or deleted';
END;
$$;

CREATE TRIGGER audit_events_are_never_changed BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_events_are_never_touched();

CREATE TRIGGER audit_events_are_never_emptied BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_never_touched();

-- The queue. A lease is its holder, its token and its end; the token grows with each claim and never goes back.
CREATE TABLE jobs (
    id           UUID   NOT NULL PRIMARY KEY,
    tenant       UUID   NOT NULL,
    kind         TEXT   COLLATE "C" NOT NULL,
    site         UUID,
    connection   UUID,
    payload      TEXT   NOT NULL,
    writes       TEXT   COLLATE "C",
    dedup        TEXT   COLLATE "C",
    priority     BIGINT NOT NULL,
    state        TEXT   COLLATE "C" NOT NULL,
    run_at       BIGINT NOT NULL,
    attempt      BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    lost         BIGINT NOT NULL,
    lease_token  BIGINT NOT NULL,
    lease_holder TEXT,
    lease_until  BIGINT,
    stop         TEXT,
    stop_by      UUID,
    checkpoint   TEXT   NOT NULL,
    progress     TEXT,
    error_class  TEXT,
    error        TEXT,
    result       TEXT,
    created_by   UUID,
    created      BIGINT NOT NULL,
    ended        BIGINT,
    UNIQUE (tenant, id),
    CHECK ((site IS NULL) <> (connection IS NULL)),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id),
    FOREIGN KEY (tenant, connection) REFERENCES connections (tenant, id)
);

CREATE UNIQUE INDEX jobs_unfinished_once ON jobs (tenant, dedup)
WHERE dedup IS NOT NULL AND state IN ('waiting', 'running', 'paused');
CREATE INDEX jobs_waiting ON jobs (priority DESC, run_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (tenant, writes) WHERE state = 'running';

CREATE TABLE schedules (
    id         UUID    NOT NULL PRIMARY KEY,
    tenant     UUID    NOT NULL,
    site       UUID    NOT NULL,
    kind       TEXT    NOT NULL,
    payload    TEXT    NOT NULL,
    expression TEXT    NOT NULL,
    zone       TEXT    NOT NULL,
    jitter     BIGINT  NOT NULL,
    enabled    BOOLEAN NOT NULL,
    next       BIGINT  NOT NULL,
    created    BIGINT  NOT NULL,
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id)
);

CREATE INDEX schedules_due ON schedules (next) WHERE enabled;

CREATE TABLE recovery_runs (
    number     BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         UUID   NOT NULL UNIQUE,
    tenant     UUID   NOT NULL,
    job        UUID   NOT NULL,
    connection UUID,
    request    UUID,
    source     UUID   NOT NULL,
    standby    UUID   NOT NULL,
    point      BIGINT NOT NULL,
    options    TEXT   NOT NULL,
    report     TEXT,
    started    BIGINT NOT NULL,
    FOREIGN KEY (tenant, job) REFERENCES jobs (tenant, id),
    FOREIGN KEY (tenant, connection) REFERENCES connections (tenant, id),
    FOREIGN KEY (tenant, request) REFERENCES requests (tenant, id),
    FOREIGN KEY (tenant, source) REFERENCES sites (tenant, id),
    FOREIGN KEY (tenant, standby) REFERENCES sites (tenant, id)
);

CREATE UNIQUE INDEX recovery_runs_by_job ON recovery_runs (tenant, job);
CREATE INDEX recovery_runs_by_request ON recovery_runs (tenant, request);
CREATE INDEX recovery_runs_by_start ON recovery_runs (tenant, started);

CREATE TABLE capture_runs (
    id      UUID   NOT NULL PRIMARY KEY,
    tenant  UUID   NOT NULL,
    job     UUID   NOT NULL,
    site    UUID   NOT NULL,
    point   BIGINT,
    started BIGINT NOT NULL,
    FOREIGN KEY (tenant, job) REFERENCES jobs (tenant, id),
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id)
);

CREATE UNIQUE INDEX capture_runs_by_job ON capture_runs (tenant, job);
CREATE INDEX capture_runs_by_start ON capture_runs (tenant, site, started);

-- Millions of rows: the run by its number instead of its id, the state as a number.
-- 0 planned, 1 intent, 2 confirmed, 3 ambiguous, 4 failed, 5 skipped.
CREATE TABLE journal (
    place      BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run        BIGINT NOT NULL REFERENCES recovery_runs (number),
    kind       TEXT   COLLATE "C" NOT NULL,
    source     TEXT   COLLATE "C" NOT NULL,
    operation  BYTEA  NOT NULL,
    state      BIGINT NOT NULL CHECK (state BETWEEN 0 AND 5),
    attempt    BIGINT NOT NULL,
    expected   TEXT,
    target     TEXT,
    target_key TEXT,
    reason     TEXT,
    lease      BIGINT NOT NULL,
    UNIQUE (run, kind, source)
);

CREATE INDEX journal_by_state ON journal (run, state, place);
