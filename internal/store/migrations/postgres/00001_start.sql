-- Times are microseconds since 1970 UTC, 0 is none. *_sealed columns are
-- encrypted, *_hash columns are hashes.

-- +goose Up
CREATE SEQUENCE numbers;

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE accounts (
    id           TEXT PRIMARY KEY,
    upn          TEXT NOT NULL,
    name         TEXT NOT NULL,
    mail         TEXT NOT NULL,
    addresses    TEXT,
    language     TEXT NOT NULL,
    keywords_off BOOLEAN NOT NULL
);

CREATE TABLE sessions (
    id_hash    TEXT PRIMARY KEY,
    account    TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);

CREATE TABLE flows (
    state_hash      TEXT PRIMARY KEY,
    kind            TEXT NOT NULL,
    browser_hash    TEXT NOT NULL,
    account         TEXT NOT NULL,
    nonce           TEXT NOT NULL,
    verifier_sealed BYTEA,
    return_to       TEXT NOT NULL,
    expires_at      BIGINT NOT NULL
);
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
    created_at BIGINT NOT NULL,
    UNIQUE (account, service, subject_id)
);

CREATE TABLE tokens (
    grant_id         TEXT PRIMARY KEY REFERENCES grants (id) ON DELETE CASCADE,
    version          BIGINT NOT NULL,
    access_sealed    BYTEA,
    access_expires   BIGINT NOT NULL,
    refresh_sealed   BYTEA,
    refresh_expires  BIGINT NOT NULL,
    previous_sealed  BYTEA,
    lease_owner      TEXT NOT NULL DEFAULT '',
    lease_until      BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE mailboxes (
    id                  TEXT PRIMARY KEY,
    tenant              TEXT NOT NULL,
    due_at              BIGINT NOT NULL,
    lease               BIGINT NOT NULL DEFAULT 0,
    lease_until         BIGINT NOT NULL DEFAULT 0,
    sweep_due_at        BIGINT NOT NULL,
    swept_at            BIGINT NOT NULL DEFAULT 0,
    subscription_due_at BIGINT NOT NULL,
    closing_until       BIGINT NOT NULL DEFAULT 0,
    lifted_until        BIGINT NOT NULL DEFAULT 0, -- held deletions may go until then
    trouble             TEXT NOT NULL DEFAULT ''  -- why there is no subscription
);
CREATE INDEX mailboxes_due ON mailboxes (due_at) WHERE due_at > 0;
CREATE INDEX mailboxes_leased ON mailboxes (lease_until) WHERE lease_until > 0;
CREATE INDEX mailboxes_closing ON mailboxes (closing_until) WHERE closing_until > 0;

CREATE TABLE work (
    mailbox    TEXT NOT NULL,
    event      TEXT NOT NULL,
    generation BIGINT NOT NULL,
    marked_at  BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    reason     TEXT NOT NULL DEFAULT '',
    hold       BOOLEAN NOT NULL DEFAULT false,
    deleted    BOOLEAN NOT NULL,
    missing    BOOLEAN NOT NULL,
    PRIMARY KEY (mailbox, event)
);
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
    starts_at   BIGINT NOT NULL,
    ends_at     BIGINT NOT NULL,
    meeting     TEXT NOT NULL,
    grant_id    TEXT NOT NULL,
    host        TEXT NOT NULL,
    site_url    TEXT NOT NULL,
    join_sealed BYTEA,
    wanted      TEXT NOT NULL,
    got         TEXT NOT NULL,
    refused     TEXT NOT NULL,
    wrote_at    BIGINT NOT NULL,
    replaced    TEXT NOT NULL,
    change_key  TEXT NOT NULL,
    shown_at    BIGINT NOT NULL,
    bare_since  BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL,
    body_writes TEXT,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (mailbox, event)
);
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
    starts_at BIGINT NOT NULL,
    ends_at   BIGINT NOT NULL,
    made_at   BIGINT NOT NULL,
    looks     INTEGER NOT NULL,
    look_at   BIGINT NOT NULL,
    given     BOOLEAN NOT NULL
);
CREATE INDEX intents_event ON intents (mailbox, event);

CREATE TABLE subscriptions (
    id                TEXT PRIMARY KEY,
    mailbox           TEXT NOT NULL,
    graph_id          TEXT NOT NULL,
    client_state_hash TEXT NOT NULL,
    expires_at        BIGINT NOT NULL,
    granted           BIGINT NOT NULL, -- microseconds
    created_at        BIGINT NOT NULL,
    renewed_at        BIGINT NOT NULL,
    reauthorize       BOOLEAN NOT NULL,
    removed           BOOLEAN NOT NULL
);
CREATE INDEX subscriptions_mailbox ON subscriptions (mailbox);

-- One budget for each Webex identity, whoever's mailboxes it hosts.
CREATE TABLE budgets (
    identity      TEXT PRIMARY KEY,
    blocked_until BIGINT NOT NULL DEFAULT 0,
    minute        BIGINT NOT NULL DEFAULT 0, -- start of the window that calls counts
    calls         BIGINT NOT NULL DEFAULT 0,
    day           BIGINT NOT NULL DEFAULT 0, -- start of the window that creates counts
    creates       BIGINT NOT NULL DEFAULT 0
);

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
DROP SEQUENCE numbers;
