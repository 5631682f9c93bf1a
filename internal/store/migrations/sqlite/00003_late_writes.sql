-- A write to a meeting that was sent under a lost lease may arrive until then.

-- +goose Up
ALTER TABLE work ADD COLUMN late_until INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE work DROP COLUMN late_until;
