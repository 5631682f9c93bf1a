-- Marks that came all at once, as they came: durable at the price of one write,
-- and folded into work when the crowd is over.

-- +goose Up
CREATE TABLE inbox (
    id     INTEGER PRIMARY KEY,
    since  INTEGER NOT NULL,
    number INTEGER NOT NULL,
    marks  TEXT NOT NULL
) STRICT;

-- +goose Down
DROP TABLE inbox;
