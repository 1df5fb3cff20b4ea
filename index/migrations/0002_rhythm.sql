-- When to visit a source again, what has become of it, and whom we have told.

-- `next_at`: when its turn comes. `rhythm` and `asks`: JSON, what we have learnt and what it asks of visitors.
-- `address`: that of the catalogue at the last claim, for which `moved_to` stands. `retired_at`: when it said that it is no more.
-- `missing`: how many times in a row nothing was there.
ALTER TABLE source_states ADD COLUMN next_at BIGINT;
ALTER TABLE source_states ADD COLUMN rhythm TEXT;
ALTER TABLE source_states ADD COLUMN asks TEXT;
ALTER TABLE source_states ADD COLUMN address TEXT;
ALTER TABLE source_states ADD COLUMN retired_at BIGINT;
ALTER TABLE source_states ADD COLUMN missing BIGINT NOT NULL DEFAULT 0;

-- Troubles that people are told of: each once, until it is over. `sent_at`: when the webhook took it.
CREATE TABLE alarms (
    source  TEXT   NOT NULL PRIMARY KEY,
    sort    TEXT   NOT NULL,
    what    TEXT   NOT NULL,
    told_at BIGINT NOT NULL,
    sent_at BIGINT
);

-- Subscriptions at hubs (WebSub). `name` is the secret part of our address that the hub calls.
CREATE TABLE subscriptions (
    source    TEXT   NOT NULL PRIMARY KEY,
    hub       TEXT   NOT NULL,
    topic     TEXT   NOT NULL,
    name      TEXT   NOT NULL,
    secret    TEXT   NOT NULL,
    state     TEXT   NOT NULL,
    asked_at  BIGINT NOT NULL,
    ends_at   BIGINT
);
CREATE UNIQUE INDEX subscriptions_by_name ON subscriptions (name);
