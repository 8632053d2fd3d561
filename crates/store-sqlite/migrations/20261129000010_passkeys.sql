-- Passkeys. Of each the public half is kept, and when it was added counts: a young one does not vouch.
CREATE TABLE passkeys (
    id            BLOB NOT NULL PRIMARY KEY,
    tenant        BLOB NOT NULL,
    person        BLOB NOT NULL,
    name          TEXT NOT NULL,
    added         INTEGER NOT NULL,
    used          INTEGER,
    credential_id BLOB NOT NULL,
    credential    TEXT NOT NULL,
    UNIQUE (tenant, credential_id),
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
) STRICT;

CREATE INDEX passkeys_by_person ON passkeys (tenant, person);

CREATE TABLE ceremonies (
    id      BLOB NOT NULL PRIMARY KEY,
    tenant  BLOB NOT NULL,
    person  BLOB NOT NULL,
    state   TEXT NOT NULL,
    expires INTEGER NOT NULL,
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
) STRICT;

CREATE INDEX ceremonies_by_time ON ceremonies (expires);

-- When the passkey was added with which somebody proved last who they are.
ALTER TABLE sessions ADD COLUMN passkey_added INTEGER;
