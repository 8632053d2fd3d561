-- How people and programs sign in. Of no secret is more kept than a hash or a MAC.
CREATE TABLE passwords (
    tenant UUID NOT NULL,
    person UUID NOT NULL,
    hash   TEXT NOT NULL,
    PRIMARY KEY (tenant, person),
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
);

CREATE TABLE invitations (
    hash    BYTEA   NOT NULL PRIMARY KEY,
    tenant  UUID    NOT NULL,
    person  UUID    NOT NULL,
    made    BIGINT  NOT NULL,
    expires BIGINT  NOT NULL,
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
);

CREATE INDEX invitations_by_person ON invitations (tenant, person);

CREATE TABLE sessions (
    id      UUID    NOT NULL PRIMARY KEY,
    tenant  UUID    NOT NULL,
    person  UUID    NOT NULL,
    since   BIGINT  NOT NULL,
    seen    BIGINT  NOT NULL,
    proven  BIGINT  NOT NULL,
    passkey BOOLEAN NOT NULL,
    ended   BIGINT,
    hash    BYTEA   NOT NULL UNIQUE,
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
);

CREATE INDEX sessions_by_person ON sessions (tenant, person);
CREATE INDEX sessions_by_start ON sessions (since);

CREATE TABLE api_keys (
    id      TEXT    COLLATE "C" NOT NULL PRIMARY KEY,
    tenant  UUID    NOT NULL,
    person  UUID    NOT NULL,
    name    TEXT    NOT NULL,
    made    BIGINT  NOT NULL,
    expires BIGINT,
    revoked BIGINT,
    mac     BYTEA   NOT NULL,
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
);

CREATE INDEX api_keys_by_person ON api_keys (tenant, person);
