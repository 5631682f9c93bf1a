-- Organisations whose administrator authorised all of it, their members and
-- owners. Lists and settings are JSON.

-- +goose Up
ALTER TABLE accounts ADD COLUMN guest BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE tenants (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    domains       TEXT,
    state         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    granted       TEXT,
    excess        TEXT,
    consented_at  BIGINT NOT NULL,
    refused_at    BIGINT NOT NULL DEFAULT 0,
    proven_at     BIGINT NOT NULL DEFAULT 0,
    choice        TEXT NOT NULL DEFAULT '{}',
    settings      TEXT NOT NULL DEFAULT '{}',
    paused        BOOLEAN NOT NULL DEFAULT false,
    progress      TEXT NOT NULL DEFAULT '{}',
    webex_grant   TEXT NOT NULL DEFAULT '',
    webex_name    TEXT NOT NULL DEFAULT '',
    webex_offered TEXT NOT NULL DEFAULT '',
    webex_waiting TEXT NOT NULL DEFAULT '',
    due_at        BIGINT NOT NULL DEFAULT 0,
    asked_at      BIGINT NOT NULL DEFAULT 0, -- when somebody last wanted it looked at
    lease         BIGINT NOT NULL DEFAULT 0,
    lease_until   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX tenants_due ON tenants (due_at) WHERE due_at > 0;

CREATE TABLE members (
    account      TEXT PRIMARY KEY,
    tenant       TEXT NOT NULL,
    upn          TEXT NOT NULL,
    name         TEXT NOT NULL,
    mail         TEXT NOT NULL,
    addresses    TEXT,
    language     TEXT NOT NULL,
    disabled     BOOLEAN NOT NULL,
    guest        BOOLEAN NOT NULL,
    licensed     BOOLEAN NOT NULL,
    standing     TEXT NOT NULL,
    host_id      TEXT NOT NULL,
    host_email   TEXT NOT NULL,
    host_aliases TEXT,
    host_sites   TEXT,
    host_trust   TEXT NOT NULL,
    seen_at      BIGINT NOT NULL
);
CREATE INDEX members_tenant ON members (tenant, account);

CREATE TABLE owners (
    account TEXT PRIMARY KEY,
    tenant  TEXT NOT NULL,
    upn     TEXT NOT NULL,
    made_by TEXT NOT NULL,
    since   BIGINT NOT NULL,
    giver   TEXT NOT NULL
);
CREATE INDEX owners_tenant ON owners (tenant);

-- Names of SCHEDULER_ADMINS, each tied to the first member who signed in with it.
CREATE TABLE owner_names (
    tenant  TEXT NOT NULL,
    upn     TEXT NOT NULL, -- lower case
    account TEXT NOT NULL,
    PRIMARY KEY (tenant, upn)
);
CREATE INDEX owner_names_account ON owner_names (account);

ALTER TABLE mailboxes ADD COLUMN authority TEXT NOT NULL DEFAULT 'individual';
ALTER TABLE mailboxes ADD COLUMN stopped BOOLEAN NOT NULL DEFAULT false; -- paused, or consent withdrawn
CREATE INDEX mailboxes_tenant ON mailboxes (tenant, id);
ALTER TABLE subscriptions ADD COLUMN authority TEXT NOT NULL DEFAULT 'individual';

-- +goose Down
ALTER TABLE accounts DROP COLUMN guest;
ALTER TABLE subscriptions DROP COLUMN authority;
DROP INDEX mailboxes_tenant;
ALTER TABLE mailboxes DROP COLUMN stopped;
ALTER TABLE mailboxes DROP COLUMN authority;
DROP TABLE owner_names;
DROP TABLE owners;
DROP TABLE members;
DROP TABLE tenants;
