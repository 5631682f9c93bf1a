-- Webex hosts that a tenant's owners gave to mailboxes by name, and meetings that
-- go to another host, or kept theirs, when their mailbox got another.

-- +goose Up
CREATE TABLE assignments (
    tenant     TEXT NOT NULL,
    address    TEXT NOT NULL, -- lower case
    shared     BOOLEAN NOT NULL,
    host_id    TEXT NOT NULL,
    host_email TEXT NOT NULL,
    since      BIGINT NOT NULL,
    PRIMARY KEY (tenant, address)
);
ALTER TABLE members ADD COLUMN assigned TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN host_kept TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN moving TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE links DROP COLUMN moving;
ALTER TABLE links DROP COLUMN host_kept;
ALTER TABLE members DROP COLUMN assigned;
DROP TABLE assignments;
