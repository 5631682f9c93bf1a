// Package syncer keeps Webex meetings in step with calendar events. A
// notification, a sweep and a click all mean the same: look again at event E
// of mailbox A. A round loads what that takes, lets plan decide, applies and
// records. One mailbox is worked by one holder of its lease in the whole
// fleet, so there is order per event and no lock of our own.
//
// It knows neither HTTP nor SQL: ports.go names what it needs.
package syncer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/rest"
)

// Config is what a Syncer works with.
type Config struct {
	Store      Store
	Calendar   Calendar
	Subscriber Subscriber
	Meetings   Meetings
	Hooks      Hooks // nil: no webhooks are registered
	Watch      Watch // nil: nobody watches

	PublicURL     string
	Installation  string        // names this installation in the tags of its meetings
	SweepInterval time.Duration // how often each mailbox is swept
	Lease         time.Duration // how long a claim lasts unless renewed
	Workers       int           // mailboxes worked at a time; 0: 16

	// Poll bounds how long work that another process marked goes unseen; 0: a
	// second.
	Poll time.Duration

	Clock  clockwork.Clock
	Random io.Reader // for keys, nonces and client states
	Log    *slog.Logger
}

// Watch is told how the work goes.
type Watch interface {
	// Synced is told of the end of an event's turn; the outcome is done, waits or
	// failed, the reason one of package meeting's.
	Synced(outcome, reason string, d time.Duration)
	// Followed is told how long it took from a change's mark to Webex's answer.
	Followed(d time.Duration)
}

// Syncer does rounds.
type Syncer struct {
	Config
	wake     chan struct{}
	rest     rest.Rest
	refusals refusals
	hurries  hurries
	codes    fresh[codesKey, []meeting.TrackingCode]
	unlisted sync.Map // mailboxes whose meetings Webex did not list when it was time
}

// New makes a Syncer; Run starts it.
func New(c Config) *Syncer {
	if c.Workers == 0 {
		c.Workers = 16
	}
	if c.Poll == 0 {
		c.Poll = time.Second
	}
	return &Syncer{Config: c, wake: make(chan struct{}, 1)}
}

// Wake tells the runner that something may be due now.
func (s *Syncer) Wake() {
	s.rest.Disturb()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// AwaitRest waits until this process has nothing to do now. What waits for a
// later time does not count.
func (s *Syncer) AwaitRest(ctx context.Context) error { return s.rest.Await(ctx) }

// Log keys.
const (
	keyAccount  = "account_id"
	keyEvent    = "event_id"
	keyAction   = "action"
	keyReason   = "reason"
	keyDuration = "duration"
	keyError    = "error"
)

// severity of a failure: a service that asks for a pause is ordinary life.
func severity(err error) slog.Level {
	if errs.Is(err, errs.Throttled) {
		return slog.LevelInfo
	}
	return slog.LevelWarn
}

const (
	biteEvents = 20 // events of one bite: one $batch
	bitesATurn = 5  // bites before another mailbox gets its turn
)

// backoff is how long to wait after the nth failed attempt (from 1), with
// jitter: seconds first, a quarter of an hour at most.
func (s *Syncer) backoff(attempts int) time.Duration {
	d := min(time.Second<<min(max(attempts-1, 0), 10), 15*time.Minute)
	var b [1]byte
	_, _ = io.ReadFull(s.Random, b[:]) // without jitter at worst
	return d/2 + d*time.Duration(b[0])/256
}

// eventTag is the tag by which all meetings of one event are found.
func (s *Syncer) eventTag(mailbox meeting.AccountID, event meeting.EventID) string {
	sum := sha256.Sum256([]byte(s.Installation + "\n" + string(mailbox) + "\n" + string(event)))
	return "e1:" + hex.EncodeToString(sum[:16])
}

func nonceTag(nonce string) string { return "s1:" + nonce }

// newNonce draws 128 bits.
func (s *Syncer) newNonce() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(b[:]), nil
}
