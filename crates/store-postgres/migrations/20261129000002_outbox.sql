-- What people and webhooks are told, and answers that are given again.
CREATE TABLE webhooks (
    id       UUID   NOT NULL PRIMARY KEY,
    tenant   UUID   NOT NULL,
    url      TEXT   NOT NULL,
    secret   BYTEA  NOT NULL,
    made     BIGINT NOT NULL,
    disabled TEXT,
    UNIQUE (tenant, id)
);

CREATE TABLE messages (
    id       UUID   NOT NULL PRIMARY KEY,
    tenant   UUID   NOT NULL,
    person   UUID,
    webhook  UUID,
    subject  TEXT   NOT NULL,
    body     TEXT   NOT NULL,
    due      BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    made     BIGINT NOT NULL,
    state    TEXT   NOT NULL,
    problem  TEXT,
    CHECK ((person IS NULL) <> (webhook IS NULL)),
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
);

CREATE INDEX messages_due ON messages (due) WHERE state = 'waiting';
CREATE INDEX messages_by_tenant ON messages (tenant, id);

CREATE TABLE kept_answers (
    tenant   UUID   NOT NULL,
    person   UUID   NOT NULL,
    key      TEXT   COLLATE "C" NOT NULL,
    request  BYTEA  NOT NULL,
    status   BIGINT NOT NULL,
    location TEXT,
    body     BYTEA  NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (tenant, person, key)
);

CREATE INDEX kept_answers_by_time ON kept_answers (at);

ALTER TABLE people ADD COLUMN removed BIGINT;
