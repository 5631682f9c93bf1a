//go:build killtest

package killtest

import (
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/store/storetest"
)

const secretKeys = "SCHEDULER_SECRET_KEYS"

// rotation changes the secret key of a fleet step by step, in the order of
// docs/operating.md.
type rotation struct {
	*world
	before, after string // the keys
	desk          *browser
}

func newRotation(t *testing.T, seed uint64) *rotation {
	w := newWorld(t, options{database: storetest.PostgresDatabase(t).URL, processes: 2, seed: seed, people: []string{ana, bo}})
	code, key := w.try(nil, "keys")
	if code != 0 {
		t.Fatal(key)
	}
	r := &rotation{world: w, before: w.keys, after: strings.TrimSpace(key), desk: w.newBrowser()}
	r.desk.open(w.url + "/")
	r.desk.click(ana)
	w.accept(r.desk)
	return r
}

// roll gives one process after the other these keys while people go on.
func (r *rotation) roll(keys ...string) {
	r.t.Helper()
	for _, p := range r.fleet {
		r.give(p, keys...)
		r.works()
	}
}

func (r *rotation) give(p *process, keys ...string) {
	r.t.Helper()
	r.busy(3)
	p.set(secretKeys, strings.Join(keys, ","))
	p.restart(r.within(time.Minute))
}

// works sees that everybody's events are followed, and that nobody was signed
// out of this program, Microsoft or Webex.
func (r *rotation) works() {
	r.t.Helper()
	for _, who := range r.people {
		r.create(who)
	}
	r.edit()
	r.awaitRight()
	r.desk.open(r.url + "/account")
	if page := text(r.desk.page); !strings.Contains(page, ana) || strings.Count(page, "Connected") < 2 {
		r.t.Errorf("the account page of somebody who had connected:\n%s", page)
	}
}

// refuses sees that a command says what is wrong with such keys.
func (r *rotation) refuses(keys string, args ...string) {
	r.t.Helper()
	code, said := r.try(with(r.fleet[0].env, secretKeys, keys), args...)
	if code != 1 || !strings.Contains(said, secretKeys) || !strings.Contains(said, "key that is not in the list") {
		r.t.Errorf("%v with keys that do not fit: code %d\n%s", args, code, said)
	}
}

func (r *rotation) reencrypt() (said string) {
	r.t.Helper()
	code, said := r.try(r.fleet[0].env, "keys", "reencrypt")
	if code != 0 {
		r.t.Errorf("keys reencrypt: code %d\n%s", code, said)
	}
	return said
}

// TestRotation changes the secret key of two processes, one at a time, without a
// moment in which nobody works. What would lose something is refused.
func TestRotation(t *testing.T) {
	t.Parallel()
	r := newRotation(t, 61)
	r.works()
	r.refuses(r.after, "serve") // the new key instead of the old one
	r.refuses(r.after, "keys", "reencrypt")
	r.roll(r.before, r.after)
	r.roll(r.after, r.before)
	r.refuses(r.after, "serve") // the old one dropped too early
	r.refuses(r.after, "keys", "reencrypt")
	if said := r.reencrypt(); strings.HasPrefix(said, "0 ") {
		t.Errorf("after the rotation nothing was under the old key: %s", said)
	}
	if said := r.reencrypt(); !strings.HasPrefix(said, "0 ") {
		t.Errorf("re-encrypted twice: %s", said)
	}
	r.refuses(r.before, "serve") // back to the old one alone
	r.roll(r.after)
	r.rest()
	if code, said := r.try(r.fleet[0].env, "receipts", "verify"); code != 0 {
		t.Errorf("receipts verify: code %d\n%s", code, said)
	}
	for _, p := range r.fleet {
		if lines := p.mentions(`"level":"ERROR"`, "not among the secret keys"); len(lines) > 0 {
			t.Errorf("a rotation in order is not quiet:\n%s", strings.Join(lines, "\n"))
		}
	}
}

// TestRotationSkipped leaves out the first step: for a while one process cannot
// read what the other seals. Started anew it says so; nothing is lost, and all of
// it is over once both have both keys.
func TestRotationSkipped(t *testing.T) {
	t.Parallel()
	r := newRotation(t, 62)
	r.works()
	ahead, behind := r.fleet[0], r.fleet[1]
	r.give(ahead, r.after, r.before)
	for range 4 {
		r.busy(4)
	}
	r.refuses(r.before, "serve")
	r.give(behind, r.after, r.before)
	r.rest()
}
