-- Where browsers were sent, to come back from with an answer: to a provider of sign-ins, to Atlassian for a site's consent.
CREATE TABLE errands (
    hash    BLOB NOT NULL,
    tenant  BLOB NOT NULL,
    state   BLOB NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (tenant, hash)
) STRICT;

CREATE INDEX errands_by_time ON errands (expires);
