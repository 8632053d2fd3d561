-- One code for each person and request: a new one replaces the old one. Only a MAC of it is kept.
CREATE TABLE confirmation_codes (
    tenant        BLOB    NOT NULL,
    request       BLOB    NOT NULL,
    person        BLOB    NOT NULL,
    mac           BLOB    NOT NULL,
    expires       INTEGER NOT NULL,
    attempts_left INTEGER NOT NULL,
    PRIMARY KEY (tenant, request, person),
    FOREIGN KEY (tenant, request) REFERENCES requests (tenant, id),
    FOREIGN KEY (tenant, person) REFERENCES people (tenant, id)
) STRICT, WITHOUT ROWID;
