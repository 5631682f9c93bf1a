-- Times are microseconds since 1970 UTC, 0 is none. *_sealed columns are
-- encrypted, *_hash columns are hashes.

-- +goose Up
CREATE TABLE numbers (
    value INTEGER NOT NULL
) STRICT;
INSERT INTO numbers (value) VALUES (0);

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE accounts (
    id           TEXT PRIMARY KEY,
    upn          TEXT NOT NULL,
    name         TEXT NOT NULL,
    mail         TEXT NOT NULL,
    addresses    TEXT,
    language     TEXT NOT NULL,
    keywords_off INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    id_hash    TEXT PRIMARY KEY,
    account    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_account ON sessions (account);

CREATE TABLE flows (
    state_hash      TEXT PRIMARY KEY,
    kind            TEXT NOT NULL,
    browser_hash    TEXT NOT NULL,
    account         TEXT NOT NULL,
    nonce           TEXT NOT NULL,
    verifier_sealed BLOB,
    return_to       TEXT NOT NULL,
    expires_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX flows_expiry ON flows (expires_at);
CREATE INDEX flows_account ON flows (account) WHERE account <> '';

CREATE TABLE grants (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL,
    service    TEXT NOT NULL,
    subject    TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    org_id     TEXT NOT NULL,
    site       TEXT NOT NULL,
    aliases    TEXT,
    scopes     TEXT,
    state      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (account, service, subject_id)
) STRICT;

CREATE TABLE tokens (
    grant_id         TEXT PRIMARY KEY REFERENCES grants (id) ON DELETE CASCADE,
    version          INTEGER NOT NULL,
    access_sealed    BLOB,
    access_expires   INTEGER NOT NULL,
    refresh_sealed   BLOB,
    refresh_expires  INTEGER NOT NULL,
    previous_sealed  BLOB,
    lease_owner      TEXT NOT NULL DEFAULT '',
    lease_until      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE mailboxes (
    id                  TEXT PRIMARY KEY,
    tenant              TEXT NOT NULL,
    due_at              INTEGER NOT NULL,
    lease               INTEGER NOT NULL DEFAULT 0,
    lease_until         INTEGER NOT NULL DEFAULT 0,
    sweep_due_at        INTEGER NOT NULL,
    swept_at            INTEGER NOT NULL DEFAULT 0,
    subscription_due_at INTEGER NOT NULL,
    closing_until       INTEGER NOT NULL DEFAULT 0,
    lifted_until        INTEGER NOT NULL DEFAULT 0, -- held deletions may go until then
    trouble             TEXT NOT NULL DEFAULT ''  -- why there is no subscription
) STRICT;
CREATE INDEX mailboxes_due ON mailboxes (due_at) WHERE due_at > 0;
CREATE INDEX mailboxes_leased ON mailboxes (lease_until) WHERE lease_until > 0;
CREATE INDEX mailboxes_closing ON mailboxes (closing_until) WHERE closing_until > 0;

CREATE TABLE work (
    mailbox    TEXT NOT NULL,
    event      TEXT NOT NULL,
    generation INTEGER NOT NULL,
    marked_at  INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    reason     TEXT NOT NULL DEFAULT '',
    hold       INTEGER NOT NULL DEFAULT 0,
    deleted    INTEGER NOT NULL,
    missing    INTEGER NOT NULL,
    PRIMARY KEY (mailbox, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_order ON work (mailbox, not_before);

CREATE TABLE links (
    mailbox     TEXT NOT NULL,
    event       TEXT NOT NULL,
    ical_uid    TEXT NOT NULL,
    link_key    TEXT NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    problem     TEXT NOT NULL,
    location    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    starts_at   INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL,
    meeting     TEXT NOT NULL,
    grant_id    TEXT NOT NULL,
    host        TEXT NOT NULL,
    site_url    TEXT NOT NULL,
    join_sealed BLOB,
    wanted      TEXT NOT NULL,
    got         TEXT NOT NULL,
    refused     TEXT NOT NULL,
    wrote_at    INTEGER NOT NULL,
    replaced    TEXT NOT NULL,
    change_key  TEXT NOT NULL,
    shown_at    INTEGER NOT NULL,
    bare_since  INTEGER NOT NULL,
    ended_at    INTEGER NOT NULL,
    body_writes TEXT,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (mailbox, event)
) STRICT;
CREATE UNIQUE INDEX links_key ON links (link_key) WHERE link_key <> '';
CREATE INDEX links_meeting ON links (meeting) WHERE meeting <> '';
CREATE INDEX links_ended ON links (mailbox, ended_at) WHERE ended_at > 0;
CREATE INDEX links_end ON links (mailbox, ends_at);

CREATE TABLE intents (
    nonce     TEXT PRIMARY KEY,
    mailbox   TEXT NOT NULL,
    event     TEXT NOT NULL,
    grant_id  TEXT NOT NULL,
    host      TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at   INTEGER NOT NULL,
    made_at   INTEGER NOT NULL,
    looks     INTEGER NOT NULL,
    look_at   INTEGER NOT NULL,
    given     INTEGER NOT NULL
) STRICT;
CREATE INDEX intents_event ON intents (mailbox, event);

CREATE TABLE subscriptions (
    id                TEXT PRIMARY KEY,
    mailbox           TEXT NOT NULL,
    graph_id          TEXT NOT NULL,
    client_state_hash TEXT NOT NULL,
    expires_at        INTEGER NOT NULL,
    granted           INTEGER NOT NULL, -- microseconds
    created_at        INTEGER NOT NULL,
    renewed_at        INTEGER NOT NULL,
    reauthorize       INTEGER NOT NULL,
    removed           INTEGER NOT NULL
) STRICT;
CREATE INDEX subscriptions_mailbox ON subscriptions (mailbox);

-- One budget for each Webex identity, whoever's mailboxes it hosts.
CREATE TABLE budgets (
    identity      TEXT PRIMARY KEY,
    blocked_until INTEGER NOT NULL DEFAULT 0,
    minute        INTEGER NOT NULL DEFAULT 0, -- start of the window that calls counts
    calls         INTEGER NOT NULL DEFAULT 0,
    day           INTEGER NOT NULL DEFAULT 0, -- start of the window that creates counts
    creates       INTEGER NOT NULL DEFAULT 0
) STRICT;

-- +goose Down
DROP TABLE budgets;
DROP TABLE subscriptions;
DROP TABLE intents;
DROP TABLE links;
DROP TABLE work;
DROP TABLE mailboxes;
DROP TABLE tokens;
DROP TABLE grants;
DROP TABLE flows;
DROP TABLE sessions;
DROP TABLE accounts;
DROP TABLE settings;
DROP TABLE numbers;
