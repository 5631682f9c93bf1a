-- What people change in Webex itself.

-- +goose Up
ALTER TABLE links ADD COLUMN title_at BIGINT NOT NULL DEFAULT 0; -- instead of "replaced", which is not read any more
ALTER TABLE links ADD COLUMN times_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN glance TEXT;
ALTER TABLE work ADD COLUMN webex_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE work ADD COLUMN vanished BOOLEAN NOT NULL DEFAULT false;

-- +goose Down
ALTER TABLE work DROP COLUMN vanished;
ALTER TABLE work DROP COLUMN webex_until;
ALTER TABLE links DROP COLUMN glance;
ALTER TABLE links DROP COLUMN times_at;
ALTER TABLE links DROP COLUMN title_at;
