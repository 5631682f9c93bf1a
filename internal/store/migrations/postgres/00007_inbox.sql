-- Marks that came all at once, as they came: durable at the price of one write,
-- and folded into work when the crowd is over.

-- +goose Up
CREATE TABLE inbox (
    id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    since  BIGINT NOT NULL,
    number BIGINT NOT NULL,
    marks  TEXT NOT NULL
);
ALTER TABLE inbox ALTER COLUMN marks SET STORAGE EXTERNAL; -- gone in a moment: not worth the processor

-- +goose Down
DROP TABLE inbox;
