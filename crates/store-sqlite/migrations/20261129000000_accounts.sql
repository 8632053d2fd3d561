-- How people and programs sign in. Of no secret is more kept than a hash or a MAC.
CREATE TABLE passwords (
    tenant BLOB NOT NULL,
    person BLOB NOT NULL,
    hash   TEXT NOT NULL,
    PRIMARY KEY (tenant, person),
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE invitations (
    hash    BLOB    NOT NULL PRIMARY KEY,
    tenant  BLOB    NOT NULL,
    person  BLOB    NOT NULL,
    made    INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX invitations_by_person ON invitations (tenant, person);

CREATE TABLE sessions (
    id      BLOB    NOT NULL PRIMARY KEY,
    tenant  BLOB    NOT NULL,
    person  BLOB    NOT NULL,
    since   INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    proven  INTEGER NOT NULL,
    passkey INTEGER NOT NULL,
    ended   INTEGER,
    hash    BLOB    NOT NULL UNIQUE,
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
) STRICT;

CREATE INDEX sessions_by_person ON sessions (tenant, person);
CREATE INDEX sessions_by_start ON sessions (since);

CREATE TABLE api_keys (
    id      TEXT    NOT NULL PRIMARY KEY,
    tenant  BLOB    NOT NULL,
    person  BLOB    NOT NULL,
    name    TEXT    NOT NULL,
    made    INTEGER NOT NULL,
    expires INTEGER,
    revoked INTEGER,
    mac     BLOB    NOT NULL,
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
) STRICT;

CREATE INDEX api_keys_by_person ON api_keys (tenant, person);
