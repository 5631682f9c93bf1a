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
    asked_at      BIGINT NOT NULL DEFAULT 0, -- when somebody wanted it looked at since the last claim; 0: nobody did
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
ALTER TABLE grants ADD COLUMN closing_until BIGINT NOT NULL DEFAULT 0; -- of a closing grant whose mailbox stays

-- What the console looks for among everything.
CREATE INDEX links_problem ON links (mailbox, ends_at) WHERE problem <> '';
CREATE INDEX work_held ON work (mailbox) WHERE reason = 'held';

-- +goose Down
ALTER TABLE accounts DROP COLUMN guest;
DROP INDEX work_held;
DROP INDEX links_problem;
ALTER TABLE grants DROP COLUMN closing_until;
ALTER TABLE subscriptions DROP COLUMN authority;
DROP INDEX mailboxes_tenant;
ALTER TABLE mailboxes DROP COLUMN stopped;
ALTER TABLE mailboxes DROP COLUMN authority;
DROP TABLE owner_names;
DROP TABLE owners;
DROP TABLE members;
DROP TABLE tenants;
