-- What people ask for through the pane and the API.

-- +goose Up
ALTER TABLE links ADD COLUMN options_sealed BLOB;
ALTER TABLE links ADD COLUMN asked_sealed BLOB;
ALTER TABLE links ADD COLUMN asked_revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN served INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN draft INTEGER NOT NULL DEFAULT 0; -- its event was not seen yet
ALTER TABLE links ADD COLUMN draft_for TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN form_open INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN client_key TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN former TEXT;
ALTER TABLE links ADD COLUMN rhythm TEXT; -- of a series
CREATE UNIQUE INDEX links_client_key ON links (mailbox, client_key) WHERE client_key <> '';
CREATE INDEX links_draft ON links (mailbox, draft_for) WHERE draft;

ALTER TABLE work ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;

ALTER TABLE accounts ADD COLUMN preferences TEXT;

CREATE TABLE pane_codes (
    code_hash    TEXT PRIMARY KEY,
    challenge    TEXT NOT NULL,
    session_hash TEXT NOT NULL,
    account      TEXT NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX pane_codes_account ON pane_codes (account);

CREATE TABLE pane_tokens (
    token_hash   TEXT PRIMARY KEY,
    session_hash TEXT NOT NULL,
    account      TEXT NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX pane_tokens_account ON pane_tokens (account);

-- +goose Down
DROP TABLE pane_tokens;
DROP TABLE pane_codes;
ALTER TABLE accounts DROP COLUMN preferences;
ALTER TABLE work DROP COLUMN urgent;
DROP INDEX links_draft;
DROP INDEX links_client_key;
ALTER TABLE links DROP COLUMN rhythm;
ALTER TABLE links DROP COLUMN former;
ALTER TABLE links DROP COLUMN client_key;
ALTER TABLE links DROP COLUMN form_open;
ALTER TABLE links DROP COLUMN draft_for;
ALTER TABLE links DROP COLUMN draft;
ALTER TABLE links DROP COLUMN removed;
ALTER TABLE links DROP COLUMN served;
ALTER TABLE links DROP COLUMN asked_revision;
ALTER TABLE links DROP COLUMN asked_sealed;
ALTER TABLE links DROP COLUMN options_sealed;
