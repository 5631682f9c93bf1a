-- Receipts of calls and of administrators' acts: chains of MACs, one a mailbox
-- and day, held together by a roll a day. Days count from 1970, UTC.

-- +goose Up
CREATE TABLE receipts (
    day       INTEGER NOT NULL,
    chain     TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    service   TEXT NOT NULL,
    operation TEXT NOT NULL,
    reason    TEXT NOT NULL,
    result    TEXT NOT NULL,
    mac       BLOB NOT NULL,
    PRIMARY KEY (day, chain, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt_days (
    day        INTEGER PRIMARY KEY,
    key_sealed BLOB NOT NULL,
    chains     INTEGER NOT NULL DEFAULT 0,
    digest     BLOB,
    previous   BLOB,
    mac        BLOB, -- NULL: the day is open
    removed    TEXT NOT NULL DEFAULT '',
    removal    BLOB
) STRICT;

CREATE TABLE receipt_removals (
    day    INTEGER NOT NULL,
    name   BLOB NOT NULL,
    last   BLOB NOT NULL,
    reason TEXT NOT NULL,
    mac    BLOB NOT NULL,
    PRIMARY KEY (day, name, last)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE receipt_removals;
DROP TABLE receipt_days;
DROP TABLE receipts;
