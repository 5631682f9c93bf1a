-- People who asked that what is kept of them be erased.

-- +goose Up
ALTER TABLE accounts ADD COLUMN erase_at INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE accounts DROP COLUMN erase_at;
