-- What guards the recovery of a source beside its contacts, as JSON: its policy, if it ever changed, and a change that waits.
CREATE TABLE safeguards (
    tenant  UUID NOT NULL,
    source  UUID NOT NULL,
    policy  TEXT,
    pending TEXT,
    PRIMARY KEY (tenant, source),
    FOREIGN KEY (tenant, source) REFERENCES sites (tenant, id)
);
