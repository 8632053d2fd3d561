CREATE TABLE IF NOT EXISTS meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    layout INTEGER NOT NULL,
    vault TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS segment (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    -- The newest commit that whoever added it knew of.
    seen INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS version (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    row INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    hash BLOB NOT NULL,
    -- A large attachment that the version refers to.
    blob TEXT,
    -- While a merge is under way, two segments may hold the same version.
    PRIMARY KEY (kind, key, version, segment)
) STRICT, WITHOUT ROWID;
