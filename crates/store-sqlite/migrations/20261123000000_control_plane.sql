-- Ids are UUIDs as 16 bytes. Times are microseconds since 1970: text would not compare within a second.
-- Every row carries its tenant, and refers to other rows together with it.

CREATE TABLE tenants (
    id   BLOB    NOT NULL PRIMARY KEY,
    only INTEGER UNIQUE CHECK (only = 1)
) STRICT;

CREATE TABLE sites (
    id          BLOB    NOT NULL PRIMARY KEY,
    tenant      BLOB    NOT NULL,
    name        TEXT    NOT NULL,
    url         TEXT    NOT NULL,
    cloud_id    TEXT    NOT NULL,
    account     TEXT    NOT NULL,
    credentials BLOB,
    added       INTEGER NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, name),
    UNIQUE (tenant, cloud_id)
) STRICT;

CREATE TABLE site_names (
    tenant BLOB    NOT NULL,
    site   BLOB    NOT NULL,
    name   TEXT    NOT NULL,
    kind   TEXT    NOT NULL,
    since  INTEGER NOT NULL,
    PRIMARY KEY (tenant, site, name),
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vault_heads (
    tenant BLOB    NOT NULL,
    site   BLOB    NOT NULL,
    number INTEGER NOT NULL,
    mac    BLOB    NOT NULL,
    PRIMARY KEY (tenant, site),
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
    id     BLOB    NOT NULL PRIMARY KEY,
    tenant BLOB    NOT NULL,
    email  TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    role   TEXT    NOT NULL,
    added  INTEGER NOT NULL,
    UNIQUE (tenant, id),
    UNIQUE (tenant, email)
) STRICT;

CREATE TABLE contacts (
    tenant     BLOB    NOT NULL,
    site       BLOB    NOT NULL,
    person     BLOB    NOT NULL,
    registered INTEGER NOT NULL,
    PRIMARY KEY (tenant, site, person),
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE connections (
    id            BLOB    NOT NULL PRIMARY KEY,
    tenant        BLOB    NOT NULL,
    kind          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    issue_data    INTEGER NOT NULL,
    configuration INTEGER NOT NULL,
    assets        INTEGER NOT NULL,
    source        BLOB    NOT NULL,
    source_cloud  TEXT    NOT NULL,
    made_by       BLOB    NOT NULL,
    made          INTEGER NOT NULL,
    status        TEXT    NOT NULL,
    bound         TEXT,
    ever_bound    INTEGER NOT NULL,
    generation    INTEGER NOT NULL,
    token         TEXT    NOT NULL UNIQUE,
    verifier      BLOB    NOT NULL,
    pending       TEXT,
    suspension    TEXT,
    banned        TEXT    NOT NULL,
    opened        TEXT    NOT NULL,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, source) REFERENCES sites (tenant, id)
) STRICT;

-- A revoked connection gives its name free.
CREATE UNIQUE INDEX connections_by_name ON connections (tenant, name) WHERE status <> 'revoked';

CREATE TABLE requests (
    id            BLOB    NOT NULL PRIMARY KEY,
    tenant        BLOB    NOT NULL,
    connection    BLOB    NOT NULL,
    status        TEXT    NOT NULL,
    requester     BLOB    NOT NULL,
    opened        INTEGER NOT NULL,
    nonce         BLOB    NOT NULL,
    scope         TEXT    NOT NULL,
    cooling_since INTEGER,
    cooled        INTEGER NOT NULL,
    unlocked      INTEGER,
    paused        INTEGER,
    closed        INTEGER,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, connection) REFERENCES connections (tenant, id)
) STRICT;

CREATE INDEX requests_by_connection ON requests (tenant, connection, id);

CREATE TABLE request_evidence (
    tenant   BLOB    NOT NULL,
    request  BLOB    NOT NULL,
    position INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    person   BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    note     TEXT    NOT NULL,
    PRIMARY KEY (tenant, request, position),
    FOREIGN KEY (tenant, request) REFERENCES requests (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_events (
    tenant   BLOB    NOT NULL,
    number   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    actor    TEXT    NOT NULL,
    action   TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    outcome  TEXT    NOT NULL,
    details  TEXT    NOT NULL,
    previous BLOB    NOT NULL,
    hash     BLOB    NOT NULL,
    PRIMARY KEY (tenant, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_events_are_never_changed BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are never changed');
END;

CREATE TRIGGER audit_events_are_never_deleted BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are never deleted');
END;

CREATE TABLE recovery_runs (
    number       INTEGER NOT NULL PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    tenant       BLOB    NOT NULL,
    connection   BLOB,
    request      BLOB,
    source       BLOB    NOT NULL,
    standby      BLOB    NOT NULL,
    point        INTEGER NOT NULL,
    options      TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    stop         TEXT,
    lease_token  INTEGER NOT NULL,
    lease_holder TEXT,
    lease_until  INTEGER,
    phase        TEXT    NOT NULL,
    progress     TEXT    NOT NULL,
    report       TEXT,
    started_by   BLOB,
    started      INTEGER NOT NULL,
    ended        INTEGER,
    FOREIGN KEY (tenant, connection) REFERENCES connections (tenant, id),
    FOREIGN KEY (tenant, request) REFERENCES requests (tenant, id),
    FOREIGN KEY (tenant, source) REFERENCES sites (tenant, id),
    FOREIGN KEY (tenant, standby) REFERENCES sites (tenant, id)
) STRICT;

CREATE INDEX recovery_runs_by_start ON recovery_runs (tenant, started);

CREATE TABLE capture_runs (
    id           BLOB    NOT NULL PRIMARY KEY,
    tenant       BLOB    NOT NULL,
    site         BLOB    NOT NULL,
    state        TEXT    NOT NULL,
    lease_token  INTEGER NOT NULL,
    lease_holder TEXT,
    lease_until  INTEGER,
    progress     TEXT    NOT NULL,
    point        INTEGER,
    started      INTEGER NOT NULL,
    ended        INTEGER,
    FOREIGN KEY (tenant, site) REFERENCES sites (tenant, id)
) STRICT;

CREATE UNIQUE INDEX capture_runs_unfinished ON capture_runs (tenant, site) WHERE state IN ('running', 'paused');
CREATE INDEX capture_runs_by_start ON capture_runs (tenant, site, started);

-- Millions of rows: the run by its number instead of its id, the state as a number.
-- 0 planned, 1 intent, 2 confirmed, 3 ambiguous, 4 failed, 5 skipped.
CREATE TABLE journal (
    place      INTEGER NOT NULL PRIMARY KEY,
    run        INTEGER NOT NULL REFERENCES recovery_runs (number),
    kind       TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    operation  BLOB    NOT NULL,
    state      INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
    attempt    INTEGER NOT NULL,
    expected   TEXT,
    target     TEXT,
    target_key TEXT,
    reason     TEXT,
    lease      INTEGER NOT NULL,
    UNIQUE (run, kind, source)
) STRICT;

CREATE INDEX journal_by_state ON journal (run, state);
