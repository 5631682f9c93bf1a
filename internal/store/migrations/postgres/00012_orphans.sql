-- Meetings of the program's own making that no event has.

-- +goose Up
CREATE TABLE orphans (
    mailbox   TEXT NOT NULL,
    meeting   TEXT NOT NULL,
    title     TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at   BIGINT NOT NULL,
    repeats   BOOLEAN NOT NULL,
    event     TEXT NOT NULL,
    subject   TEXT NOT NULL,
    wish      TEXT NOT NULL,
    PRIMARY KEY (mailbox, meeting)
);

-- +goose Down
DROP TABLE orphans;
