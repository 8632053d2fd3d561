-- Where browsers were sent, to come back from with an answer: to a provider of sign-ins, to Atlassian for a site's consent.
CREATE TABLE errands (
    hash    BYTEA NOT NULL,
    tenant  UUID NOT NULL,
    state   BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (tenant, hash)
);

CREATE INDEX errands_by_time ON errands (expires);
