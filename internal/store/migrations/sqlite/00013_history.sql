-- What became of each meeting.

-- +goose Up
CREATE TABLE history (
    id       INTEGER PRIMARY KEY,
    mailbox  TEXT NOT NULL,
    link_key TEXT NOT NULL,
    at       INTEGER NOT NULL,
    subject  TEXT NOT NULL,
    side     TEXT NOT NULL,
    what     TEXT NOT NULL,
    was      TEXT NOT NULL,
    became   TEXT NOT NULL,
    reason   TEXT NOT NULL
) STRICT;
CREATE INDEX history_mailbox ON history (mailbox, at);
CREATE INDEX history_at ON history (at);

-- +goose Down
DROP TABLE history;
