-- What people change in Webex itself.

-- +goose Up
ALTER TABLE links ADD COLUMN title_at INTEGER NOT NULL DEFAULT 0; -- instead of "replaced", which is not read any more
ALTER TABLE links ADD COLUMN times_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN glance TEXT;
ALTER TABLE work ADD COLUMN webex_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN started_at INTEGER NOT NULL DEFAULT 0; -- sessions, as Webex tells
ALTER TABLE links ADD COLUMN stopped_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE work ADD COLUMN after_at INTEGER NOT NULL DEFAULT 0; -- of the latest mark that could wait
ALTER TABLE work ADD COLUMN vanished INTEGER NOT NULL DEFAULT 0;

CREATE TABLE hooks (
    id            TEXT PRIMARY KEY,
    grant_id      TEXT NOT NULL,
    event         TEXT NOT NULL,
    webex_id      TEXT NOT NULL DEFAULT '',
    secret_sealed BLOB NOT NULL,
    strong        INTEGER NOT NULL DEFAULT 0,
    checked_at    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX hooks_grant ON hooks (grant_id, event);

-- +goose Down
DROP TABLE hooks;
ALTER TABLE links DROP COLUMN stopped_at;
ALTER TABLE links DROP COLUMN started_at;
ALTER TABLE work DROP COLUMN vanished;
ALTER TABLE work DROP COLUMN after_at;
ALTER TABLE work DROP COLUMN webex_until;
ALTER TABLE links DROP COLUMN glance;
ALTER TABLE links DROP COLUMN times_at;
ALTER TABLE links DROP COLUMN title_at;
