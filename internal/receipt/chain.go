package receipt

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"webex-scheduler/internal/meeting"
)

// Day counts days since 1970, UTC.
type Day int64

// DayOf returns the day of a time.
func DayOf(t time.Time) Day { return Day(t.Unix() / 86400) }

func (d Day) String() string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }

// Key makes the MACs of one day.
type Key [32]byte

// Chain names a chain: of a mailbox by its account, of an organisation's
// administrators by meeting.TenantAccount.
type Chain = meeting.AccountID

// Row is an entry in its chain. The first of a day names the last MAC of the
// day before, the last one says how many there are.
type Row struct {
	Chain Chain
	Day   Day
	Seq   int
	Entry
	MAC []byte
}

// What the first and the last entry of a day are called.
const (
	Service = "receipts"
	Opened  = "day opened"
	Closed  = "day closed"
)

// Closes reports whether the row ends its day.
func (r Row) Closes() bool { return r.Service == Service && r.Operation == Closed }

func (r Row) opens() bool { return r.Service == Service && r.Operation == Opened }

// Sign returns the row's MAC in a chain whose last one was previous.
func (r Row) Sign(key Key, previous []byte) []byte {
	return key.mac("entry", string(r.Chain), strconv.FormatInt(int64(r.Day), 10), strconv.Itoa(r.Seq), strconv.FormatInt(r.At.UnixMicro(), 10),
		string(r.Actor), r.Service, r.Operation, r.Reason, r.Result, string(previous))
}

// mac is over the words, each with its length.
func (k Key) mac(words ...string) []byte {
	h := hmac.New(sha256.New, k[:])
	for _, word := range words {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(word)))
		h.Write(size[:])
		h.Write([]byte(word))
	}
	return h.Sum(nil)
}

// Append makes the rows that follow head, the chain's last row, nil for a new
// chain. A day that is over is closed first.
func Append(head *Row, chain Chain, now time.Time, entries []Entry, key func(Day) (Key, error)) (rows []Row, err error) {
	day := DayOf(now)
	if head != nil && head.Day >= day {
		day = head.Day // our clock went back
		if head.Closes() {
			day++
		}
	}
	add := func(row Row, previous []byte) error {
		k, err := key(row.Day)
		if err != nil {
			return err
		}
		row.At = row.At.UTC().Truncate(time.Microsecond)
		row.MAC = row.Sign(k, previous)
		rows = append(rows, row)
		head = &rows[len(rows)-1]
		return nil
	}
	if head != nil && head.Day < day && !head.Closes() {
		if err := add(head.close(now), head.MAC); err != nil {
			return nil, err
		}
	}
	if head == nil || head.Day < day {
		first := Row{Chain: chain, Day: day, Entry: Entry{At: now, Service: Service, Operation: Opened}}
		if head != nil {
			first.Result = hex.EncodeToString(head.MAC)
		}
		if err := add(first, first.named()); err != nil {
			return nil, err
		}
	}
	for _, e := range entries {
		if err := add(Row{Chain: chain, Day: day, Seq: head.Seq + 1, Entry: e}, head.MAC); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// close is the row that ends the day of r.
func (r Row) close(now time.Time) Row {
	return Row{Chain: r.Chain, Day: r.Day, Seq: r.Seq + 1,
		Entry: Entry{At: now, Service: Service, Operation: Closed, Reason: "day over", Result: strconv.Itoa(r.Seq + 1)}}
}

// Close ends the day whose last row is r.
func (r Row) Close(now time.Time, key Key) Row {
	last := r.close(now.UTC().Truncate(time.Microsecond))
	last.MAC = last.Sign(key, r.MAC)
	return last
}

// named is the MAC that a first row names; empty: the chain begins with it.
func (r Row) named() []byte {
	mac, _ := hex.DecodeString(r.Result)
	return mac
}

// Removal stands for a chain's rows of a day that were erased. It names neither
// mailbox nor person.
type Removal struct {
	Day    Day
	Name   []byte // of the chain, in the roll of the day
	Last   []byte // MAC of the last row
	Reason string
	MAC    []byte
}

// Remove makes the removal of the rows whose last is r.
func (r Row) Remove(key Key, reason string) Removal {
	gone := Removal{Day: r.Day, Name: key.Name(r.Chain), Last: r.MAC, Reason: reason}
	gone.MAC = gone.sign(key)
	return gone
}

func (r Removal) sign(key Key) []byte {
	return key.mac("removal", r.Day.String(), string(r.Name), string(r.Last), r.Reason)
}

// Name is that of a chain in the roll of the key's day.
func (k Key) Name(chain Chain) []byte { return k.mac("name", string(chain)) }

// Last is where a chain ended on a day.
type Last struct{ Name, MAC []byte }

// Roll holds the chains of a day together, and each day to the one before.
type Roll struct {
	Day      Day
	Chains   int
	Digest   []byte // of where each chain ended
	Previous []byte // MAC of the roll before; empty: this is the first
	MAC      []byte // empty: the day is open
	Removed  string // why all of the day's rows are gone; empty: they are not
	Removal  []byte // MAC of that
}

// Closed reports whether the day has ended.
func (r Roll) Closed() bool { return len(r.MAC) > 0 }

// Close ends the day with what it held.
func (r Roll) Close(key Key, lasts []Last, previous []byte) Roll {
	r.Chains, r.Digest, r.Previous = len(lasts), digest(lasts), previous
	r.MAC = r.sign(key)
	return r
}

func (r Roll) sign(key Key) []byte {
	return key.mac("roll", r.Day.String(), strconv.Itoa(r.Chains), string(r.Digest), string(r.Previous))
}

// Remove says that all of the day's rows are gone.
func (r Roll) Remove(key Key, reason string) Roll {
	r.Removed, r.Removal = reason, key.mac("removed", r.Day.String(), reason)
	return r
}

func digest(lasts []Last) []byte {
	lasts = slices.Clone(lasts)
	slices.SortFunc(lasts, func(a, b Last) int {
		return slices.Compare(append(slices.Clone(a.Name), a.MAC...), append(slices.Clone(b.Name), b.MAC...))
	})
	h := sha256.New()
	for _, last := range lasts {
		h.Write(last.Name)
		h.Write(last.MAC)
	}
	return h.Sum(nil)
}
