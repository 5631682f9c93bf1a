-- What a tenant of ten thousand mailboxes needs.

-- +goose Up
-- The next mailboxes of each tenant, however many of them are due.
CREATE INDEX mailboxes_turn ON mailboxes (tenant, due_at, id) WHERE due_at > 0 AND NOT stopped;
-- What was deleted in the last hour, whosever it was.
CREATE INDEX links_lately ON links (ended_at) WHERE ended_at > 0;

-- +goose Down
DROP INDEX links_lately;
DROP INDEX mailboxes_turn;
