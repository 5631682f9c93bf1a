package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/graph"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/store"
	"webex-scheduler/internal/syncer"
	"webex-scheduler/web"
)

const (
	connections = 64
	mailboxes   = 500
	events      = 200 // of each mailbox that notifications name
	tenant      = "c0a70500-0000-4000-8000-000000000001"
)

var sizes = []int{1, 20} // notifications of a POST

// intake measures how many notifications are durable in a second.
func intake(ctx context.Context) error {
	fmt.Printf("%d connections; load generator in the same process; each row %v\n\n", connections, *seconds)
	fmt.Println("| what | a POST | marked events/s | POSTs/s | p50 | p99 | of decode only |\n| --- | --- | --- | --- | --- | --- | --- |")
	empty, stop, err := listen(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusAccepted)
	}))
	if err != nil {
		return err
	}
	err = row(ctx, "empty net/http handler", empty, 1, 0, nil)
	stop()
	if err != nil {
		return err
	}
	return databases(ctx, intakeOn)
}

func intakeOn(name, address string) error {
	ctx := context.Background()
	db, err := openStore(ctx, address)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := plant(ctx, db); err != nil {
		return err
	}
	quiet := slog.New(slog.DiscardHandler)
	durable := &parsed{syncer.Intake{Store: db, Log: quiet}}
	for _, each := range sizes {
		var ceiling float64
		for _, what := range []struct {
			name   string
			intake web.Intake
		}{
			{name + ", decode only", decodeOnly{}},
			{name + ", durable", durable},
			{name + ", a transaction a request", &parsed{syncer.Intake{Store: single{db}, Log: quiet}}},
		} {
			server, err := web.New(web.Config{PublicURL: "http://127.0.0.1:1", Clock: clockwork.NewRealClock(), Random: rand.Reader, Log: quiet, Intake: what.intake})
			if err != nil {
				return err
			}
			at, stop, err := listen(server)
			if err != nil {
				return err
			}
			err = row(ctx, what.name, at, each, ceiling, &ceiling)
			stop()
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// row measures one server and prints what came out. ceiling, if not zero, is
// what decoding alone could do; into keeps the first figure for that.
func row(ctx context.Context, name, address string, each int, ceiling float64, into *float64) error {
	if *only != "" && !strings.Contains(name, *only) {
		return nil
	}
	bodies := make([][]byte, 4096)
	for i := range bodies {
		bodies[i] = delivery(i, each)
	}
	r, err := load(ctx, address, "/hooks/graph", connections, func(connection, n int) []byte {
		return bodies[(connection*len(bodies)/connections+n)%len(bodies)]
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	share := "–"
	if ceiling > 0 {
		share = fmt.Sprintf("%.2f", r.perSecond(each)/ceiling)
	} else if into != nil {
		*into = r.perSecond(each)
	}
	fmt.Printf("| %s | %d | %.0f | %.0f | %v | %v | %s |\n", name, each, r.perSecond(each), r.perSecond(1),
		r.percentile(0.5).Round(10*time.Microsecond), r.percentile(0.99).Round(10*time.Microsecond), share)
	return nil
}

// listen serves on loopback until stop.
func listen(handler http.Handler) (address string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(l) }()
	return l.Addr().String(), func() { _ = server.Close() }, nil
}

// delivery is what Graph posts, of changes in that many mailboxes.
// https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
func delivery(n, each int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"value":[`)
	for i := range each {
		k := n*each + i
		if i > 0 {
			b.WriteByte(',')
		}
		who, event := k%mailboxes, fmt.Sprintf("AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A%06d%06dAAB1-ZGBAAA=", k%mailboxes, k/mailboxes%events)
		fmt.Fprintf(&b, `{"subscriptionId":"%s","subscriptionExpirationDateTime":"2030-01-01T00:00:00Z","changeType":"updated",`+
			`"resource":"Users/%s/Events/%s","resourceData":{"@odata.type":"#Microsoft.Graph.Event","@odata.id":"Users/%s/Events/%s",`+
			`"@odata.etag":"W/\"DwAAABYAAADkrWGo7bouTKlsgTZMr9KwAAAUWRHf\"","id":"%s"},"clientState":"%s","tenantId":"%s"}`,
			object(who), object(who), event, object(who), event, event, clientState(who).Reveal(), tenant)
	}
	b.WriteString("]}")
	return b.Bytes()
}

func object(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

func clientState(n int) meeting.Secret {
	return meeting.NewSecret(fmt.Sprintf("sub%05d.0123456789abcdef0123456789abcdef0123456789a", n))
}

func openStore(ctx context.Context, address string) (*store.Store, error) {
	keys, err := seal.ParseKeys(seal.NewKey(rand.Reader))
	if err != nil {
		return nil, err
	}
	box, err := seal.New(keys)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, address, box, clockwork.NewRealClock(), rand.Reader, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	return db, db.Migrate(ctx)
}

// plant connects mailboxes and gives each its subscription.
func plant(ctx context.Context, db *store.Store) error {
	for n := range mailboxes {
		account := meeting.NewAccountID(tenant, meeting.ObjectID(object(n)))
		for _, service := range []meeting.Service{meeting.Microsoft, meeting.Webex} {
			if _, err := db.SaveGrant(ctx, meeting.Grant{Account: account, Service: service, SubjectID: "x"}, meeting.Tokens{}); err != nil {
				return err
			}
		}
		if _, err := db.Connect(ctx, account); err != nil {
			return err
		}
	}
	claims, err := db.Claim(ctx, mailboxes, time.Hour)
	if err != nil {
		return err
	}
	if len(claims) != mailboxes {
		return fmt.Errorf("%d mailboxes were claimed, want %d", len(claims), mailboxes)
	}
	for _, claim := range claims {
		var n int
		if _, err := fmt.Sscanf(string(claim.Mailbox.Object()), "00000000-0000-4000-8000-%d", &n); err != nil {
			return err
		}
		sub := meeting.Subscription{ID: fmt.Sprintf("sub%05d", n), Mailbox: claim.Mailbox, GraphID: object(n), ExpiresAt: time.Now().Add(time.Hour)}
		if err := db.SaveSubscription(ctx, claim, sub, clientState(n)); err != nil {
			return err
		}
	}
	return nil
}

// parsed is the program's own way from bytes to marks.
type parsed struct{ syncer.Intake }

func (p *parsed) Receive(ctx context.Context, body []byte) error {
	items, err := graph.ParseNotifications(body)
	if err != nil {
		return err
	}
	return p.Intake.Receive(ctx, items)
}

func (p *parsed) ReceiveLifecycle(ctx context.Context, body []byte) error {
	return p.Receive(ctx, body)
}

// decodeOnly reads a delivery and forgets it.
type decodeOnly struct{}

func (decodeOnly) Receive(_ context.Context, body []byte) error {
	_, err := graph.ParseNotifications(body)
	return err
}

func (d decodeOnly) ReceiveLifecycle(ctx context.Context, body []byte) error {
	return d.Receive(ctx, body)
}

// single commits each request's marks in a transaction of their own.
type single struct{ *store.Store }

func (s single) Mark(ctx context.Context, marks []meeting.Mark) error { return s.MarkAlone(ctx, marks) }
