-- People who may run, or read, a tenant's console without owning it.

-- +goose Up
CREATE TABLE appointments (
    account TEXT PRIMARY KEY,
    tenant  TEXT NOT NULL,
    upn     TEXT NOT NULL,
    role    TEXT NOT NULL,
    since   BIGINT NOT NULL,
    giver   TEXT NOT NULL
);
CREATE INDEX appointments_tenant ON appointments (tenant);

-- +goose Down
DROP TABLE appointments;
