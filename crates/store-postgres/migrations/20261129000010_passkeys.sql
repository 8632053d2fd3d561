-- Passkeys. Of each the public half is kept, and when it was added counts: a young one does not vouch.
CREATE TABLE passkeys (
    id            UUID NOT NULL PRIMARY KEY,
    tenant        UUID NOT NULL,
    person        UUID NOT NULL,
    name          TEXT NOT NULL,
    added         BIGINT NOT NULL,
    used          BIGINT,
    credential_id BYTEA NOT NULL,
    credential    TEXT NOT NULL,
    UNIQUE (tenant, credential_id),
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
);

CREATE INDEX passkeys_by_person ON passkeys (tenant, person);

CREATE TABLE ceremonies (
    id      UUID NOT NULL PRIMARY KEY,
    tenant  UUID NOT NULL,
    person  UUID NOT NULL,
    state   TEXT NOT NULL,
    expires BIGINT NOT NULL,
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
);

CREATE INDEX ceremonies_by_time ON ceremonies (expires);

-- When the passkey was added with which somebody proved last who they are.
ALTER TABLE sessions ADD COLUMN passkey_added BIGINT;
