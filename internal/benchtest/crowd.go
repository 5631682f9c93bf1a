package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/seal"
)

var crowdSize = flag.Int("mailboxes", 100_000, "how many mailboxes the tenant of `size` has, each with ten events")

const linksEach = 10

// crowd is a tenant in which everybody is kept in step and nothing is due.
type crowd struct {
	size    int
	address string
	pg      bool
	keys    string
	box     *seal.Box
	now     time.Time
}

func newCrowd(address string) (*crowd, error) {
	c := &crowd{size: *crowdSize, address: address, pg: strings.HasPrefix(address, "postgres"), keys: seal.NewKey(rand.Reader), now: time.Now().Truncate(time.Minute)}
	keys, err := seal.ParseKeys(c.keys)
	if err == nil {
		c.box, err = seal.New(keys)
	}
	return c, err
}

func (c *crowd) account(n int) meeting.AccountID {
	return meeting.NewAccountID(tenant, meeting.ObjectID(object(n)))
}

// raw opens the database beside the store, for rows by the thousand.
func (c *crowd) raw() (*sql.DB, error) {
	if c.pg {
		return sql.Open("pgx", c.address)
	}
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(c.address, "sqlite://")+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-400000)")
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// plant fills the tables of a migrated database, their indexes made at the end.
func (c *crowd) plant(ctx context.Context) error {
	db, err := c.raw()
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	definitions := "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'links' AND sql IS NOT NULL"
	if c.pg {
		definitions = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'links' AND indexname NOT LIKE '%pkey'"
	}
	indexes, err := pairs(ctx, db, definitions)
	if err != nil {
		return err
	}
	for name := range indexes {
		if _, err := db.ExecContext(ctx, "DROP INDEX "+name); err != nil {
			return err
		}
	}
	now := c.now.UnixMicro()
	_, err = db.ExecContext(ctx, "INSERT INTO tenants (id, name, state, reason, consented_at) VALUES ('"+tenant+"', 'Contoso', 'authorised', '', 1)")
	if err != nil {
		return err
	}
	if err := c.fill(ctx, db, "members", "account tenant upn name mail addresses language disabled guest licensed standing host_id host_email host_aliases host_sites host_trust seen_at", c.size, func(n int) ([]any, error) {
		mail := fmt.Sprintf("person-%06d@contoso.example", n)
		return []any{string(c.account(n)), tenant, mail, fmt.Sprintf("Person %d", n), mail, `["` + mail + `"]`, "en", c.no(), c.no(), c.yes(), "", object(n), mail, "[]", `["contoso.webex.com"]`, "", now}, nil
	}); err != nil {
		return err
	}
	if err := c.fill(ctx, db, "mailboxes", "id tenant due_at sweep_due_at swept_at subscription_due_at authority", c.size, func(n int) ([]any, error) {
		due := now + (24 * time.Hour).Microseconds() + int64(n)*(15*time.Minute).Microseconds()/int64(c.size)
		return []any{string(c.account(n)), tenant, due, due, now, due + (48 * time.Hour).Microseconds(), "tenant"}, nil
	}); err != nil {
		return err
	}
	if err := c.fill(ctx, db, "subscriptions", "id mailbox graph_id client_state_hash expires_at granted created_at renewed_at reauthorize removed authority", c.size, func(n int) ([]any, error) {
		return []any{fmt.Sprintf("sub%06d", n), string(c.account(n)), object(n), rand.Text(), now + (72 * time.Hour).Microseconds(), (166 * time.Hour).Microseconds(), now, now, c.no(), c.no(), "tenant"}, nil
	}); err != nil {
		return err
	}
	if err := c.fill(ctx, db, "links", "mailbox event ical_uid link_key state reason problem location subject starts_at ends_at meeting grant_id host site_url join_sealed wanted got refused wrote_at replaced change_key shown_at bare_since ended_at body_writes created_at updated_at", c.size*linksEach, c.link); err != nil {
		return err
	}
	for _, definition := range indexes {
		if _, err := db.ExecContext(ctx, definition); err != nil {
			return err
		}
	}
	if !c.pg {
		return nil
	}
	_, err = db.ExecContext(ctx, "VACUUM ANALYZE") // as PostgreSQL does by itself within minutes
	return err
}

// link is one of a mailbox's ten: four are over, one is of this week, one in a
// hundred has a problem.
func (c *crowd) link(n int) ([]any, error) {
	who, which := n/linksEach, n%linksEach
	starts := c.now.AddDate(0, 0, (which-4)*7+3)
	event := fmt.Sprintf("AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A%06d%06dAAB1-ZGBAAA=", who, which)
	shape := meeting.Shape{Title: fmt.Sprintf("Weekly plan %d", which), Start: starts.UTC(), End: starts.Add(time.Hour).UTC(), Zone: "Europe/Prague"}
	for k := range 4 {
		shape.Invitees = append(shape.Invitees, meeting.Invitee{Email: fmt.Sprintf("person-%06d@contoso.example", (who+k+1)%c.size), Name: fmt.Sprintf("Person %d", (who+k+1)%c.size)})
	}
	text, err := json.Marshal(shape)
	if err != nil {
		return nil, err
	}
	join := fmt.Sprintf(`{"webLink":"https://contoso.webex.com/contoso/j.php?MTID=m%032x","number":"2%010d","password":"%s","sipAddress":"2%010d@contoso.webex.com","callIn":[{"label":"Czech Republic","number":"+420-2-0000-0000"}]}`, n, n, "aB3xY9", n)
	sealed, err := c.box.Seal([]byte(join), "links.join "+string(c.account(who))+" "+event)
	if err != nil {
		return nil, err
	}
	var key [12]byte
	_, _ = rand.Read(key[:])
	problem := ""
	if n%100 == 7 {
		problem = "refused"
	}
	at := c.now.UnixMicro()
	return []any{string(c.account(who)), event, fmt.Sprintf("040000008200E00074C5B7101A82E008%032X", n), base64.RawURLEncoding.EncodeToString(key[:]), "linked", "keyword", problem,
		"https://contoso.webex.com/contoso/j.php", shape.Title, starts.UnixMicro(), starts.Add(time.Hour).UnixMicro(), fmt.Sprintf("%032x", n), "organisation", fmt.Sprintf("person-%06d@contoso.example", who), "contoso.webex.com",
		sealed, string(text), string(text), "{}", at, "{}", fmt.Sprintf("DwAAABYAAADkrWGo7bouTKlsgTZMr9KwAAAU%08d", n), at, int64(0), int64(0), "[]", at, at}, nil
}

func (c *crowd) yes() any { return c.bool(true) }
func (c *crowd) no() any  { return c.bool(false) }

// bool is a truth as the database has it.
func (c *crowd) bool(b bool) any {
	if c.pg {
		return b
	}
	if b {
		return 1
	}
	return 0
}

// fill inserts rows in one go.
func (c *crowd) fill(ctx context.Context, db *sql.DB, table, columns string, rows int, row func(n int) ([]any, error)) error {
	names := strings.Fields(columns)
	if c.pg {
		conn, err := pgx.Connect(ctx, c.address)
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close(ctx) }()
		_, err = conn.CopyFrom(ctx, pgx.Identifier{table}, names, pgx.CopyFromSlice(rows, row))
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	insert, err := tx.PrepareContext(ctx, "INSERT INTO "+table+" ("+strings.Join(names, ", ")+") VALUES ("+strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ")+")")
	if err != nil {
		return err
	}
	for n := range rows {
		values, err := row(n)
		if err != nil {
			return err
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// pairs reads two columns of text.
func pairs(ctx context.Context, db *sql.DB, query string) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		all[name] = value
	}
	return all, rows.Err()
}
