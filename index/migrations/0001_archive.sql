-- The archive's first shape. One text for SQLite and PostgreSQL: TEXT and BIGINT only; times are milliseconds
-- since 1970, booleans 0 or 1, days numbers such as 20261122, ids hexadecimal, nested things JSON.
-- Never change a migration that has been on main: add the next one.

-- One publication each. `dated` and `deadline` repeat what `entry` and `known` say, for the sake of searching.
CREATE TABLE items (
    id         TEXT   NOT NULL PRIMARY KEY,
    source     TEXT   NOT NULL,
    cursor     BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    dated      BIGINT NOT NULL,
    deadline   BIGINT,
    backfill   BIGINT NOT NULL,
    attempts   BIGINT NOT NULL DEFAULT 0,
    entry      TEXT   NOT NULL,
    known      TEXT   NOT NULL,
    text       TEXT
);
CREATE UNIQUE INDEX items_by_cursor ON items (cursor);
CREATE INDEX items_by_dated ON items (dated);
CREATE INDEX items_by_first_seen ON items (first_seen);
CREATE INDEX items_by_deadline ON items (deadline);

-- Who found it, the first finder at place 0.
CREATE TABLE provenance (
    item         TEXT   NOT NULL REFERENCES items (id),
    place        BIGINT NOT NULL,
    source       TEXT   NOT NULL,
    guid         TEXT   NOT NULL,
    organisation TEXT,
    at           BIGINT NOT NULL,
    PRIMARY KEY (item, place)
);
CREATE INDEX provenance_by_source ON provenance (source, at);

-- Wordings that were replaced by the one in `items`; `cursor` is the change that replaced them.
CREATE TABLE wordings (
    item        TEXT   NOT NULL REFERENCES items (id),
    cursor      BIGINT NOT NULL,
    replaced_at BIGINT,
    entry       TEXT   NOT NULL,
    text        TEXT,
    PRIMARY KEY (item, cursor)
);
CREATE INDEX wordings_undated ON wordings (item) WHERE replaced_at IS NULL;

-- What people decided: 1 = belongs to the area, 0 = does not. The latest decision counts; none is ever deleted.
CREATE TABLE decisions (
    item    TEXT   NOT NULL REFERENCES items (id),
    area    TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    belongs BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    PRIMARY KEY (item, area, at)
);

-- What visits have taught us about each source.
CREATE TABLE source_states (
    source        TEXT   NOT NULL PRIMARY KEY,
    every         BIGINT NOT NULL DEFAULT 0,
    etag          TEXT,
    last_modified TEXT,
    first_good    BIGINT,
    last_good     BIGINT,
    last_visit    BIGINT,
    outcome       TEXT,
    what          TEXT,
    failures      BIGINT NOT NULL DEFAULT 0,
    failing_since BIGINT,
    retry_at      BIGINT,
    moved_to      TEXT,
    paused        TEXT,
    paused_at     BIGINT,
    leased_until  BIGINT NOT NULL DEFAULT 0,
    holder        TEXT
);

-- Everything that was skipped or repaired, once per wording.
CREATE TABLE troubles (
    source   TEXT   NOT NULL,
    what     TEXT   NOT NULL,
    first_at BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    times    BIGINT NOT NULL,
    PRIMARY KEY (source, what)
);
CREATE INDEX troubles_by_last ON troubles (last_at);

-- The cursor: counts changes; whoever changes items holds this row until the change is complete.
CREATE TABLE counters (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('cursor', 0);
