-- Receipts of calls and of administrators' acts: chains of MACs, one a mailbox
-- and day, held together by a roll a day. Days count from 1970, UTC.

-- +goose Up
CREATE TABLE receipts (
    day       BIGINT NOT NULL,
    chain     TEXT NOT NULL,
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    actor     TEXT NOT NULL,
    service   TEXT NOT NULL,
    operation TEXT NOT NULL,
    reason    TEXT NOT NULL,
    result    TEXT NOT NULL,
    mac       BYTEA NOT NULL,
    PRIMARY KEY (day, chain, seq)
);

CREATE TABLE receipt_days (
    day        BIGINT PRIMARY KEY,
    key_sealed BYTEA NOT NULL,
    chains     BIGINT NOT NULL DEFAULT 0,
    digest     BYTEA,
    previous   BYTEA,
    mac        BYTEA, -- NULL: the day is open
    removed    TEXT NOT NULL DEFAULT '',
    removal    BYTEA
);

CREATE TABLE receipt_removals (
    day    BIGINT NOT NULL,
    name   BYTEA NOT NULL,
    last   BYTEA NOT NULL,
    reason TEXT NOT NULL,
    mac    BYTEA NOT NULL,
    PRIMARY KEY (day, name, last)
);

-- +goose Down
DROP TABLE receipt_removals;
DROP TABLE receipt_days;
DROP TABLE receipts;
