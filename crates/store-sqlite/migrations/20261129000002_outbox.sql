-- What people and webhooks are told, and answers that are given again.
CREATE TABLE webhooks (
    id       BLOB    NOT NULL PRIMARY KEY,
    tenant   BLOB    NOT NULL,
    url      TEXT    NOT NULL,
    secret   BLOB    NOT NULL,
    made     INTEGER NOT NULL,
    disabled TEXT,
    UNIQUE (tenant, id)
) STRICT;

CREATE TABLE messages (
    id       BLOB    NOT NULL PRIMARY KEY,
    tenant   BLOB    NOT NULL,
    person   BLOB,
    webhook  BLOB,
    subject  TEXT    NOT NULL,
    body     TEXT    NOT NULL,
    due      INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    made     INTEGER NOT NULL,
    state    TEXT    NOT NULL,
    problem  TEXT,
    CHECK ((person IS NULL) <> (webhook IS NULL)),
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
) STRICT;

CREATE INDEX messages_due ON messages (due) WHERE state = 'waiting';
CREATE INDEX messages_by_tenant ON messages (tenant, id);

CREATE TABLE kept_answers (
    tenant   BLOB    NOT NULL,
    person   BLOB    NOT NULL,
    key      TEXT    NOT NULL,
    request  BLOB    NOT NULL,
    status   INTEGER NOT NULL,
    location TEXT,
    body     BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (tenant, person, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX kept_answers_by_time ON kept_answers (at);

ALTER TABLE people ADD COLUMN removed INTEGER;
