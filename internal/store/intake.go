package store

import (
	"context"
	"runtime"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const (
	intakeQueue  = 4096 // requests that may wait
	intakeBatch  = 2000 // marks in one transaction, about
	intakePeriod = 10 * time.Second

	intakeSome   = 24 // marks that are worth a commit in a crowd
	intakeMoment = 200 * time.Microsecond
)

// intake commits the marks of concurrent callers in one transaction: a commit
// costs a disk write whatever its size.
type intake struct {
	store   *Store
	queue   chan *request
	quit    chan struct{}
	stopped chan struct{}
}

type request struct {
	ctx   context.Context
	marks []meeting.Mark
	done  chan error // buffered
}

func startIntake(s *Store) *intake {
	in := &intake{
		store:   s,
		queue:   make(chan *request, intakeQueue),
		quit:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
	go in.run()
	return in
}

// stop commits what was accepted and ends the goroutine.
func (in *intake) stop() {
	close(in.quit)
	<-in.stopped
}

// Mark commits the marks durably and makes their mailboxes due. Marks of
// mailboxes that are not kept in step are dropped. errs.Busy: the queue is full
// or the database away; if ctx ended, the marks may be committed all the same.
func (s *Store) Mark(ctx context.Context, marks []meeting.Mark) (err error) {
	defer errs.Wrap(&err, "store: mark")
	if len(marks) == 0 {
		return nil
	}
	if InTransaction(ctx) {
		return errs.New(errs.Internal, "waits for another transaction inside a transaction")
	}
	r := &request{ctx: ctx, marks: marks, done: make(chan error, 1)}
	select {
	case <-s.intake.quit:
		return errs.New(errs.Busy, "closing")
	default:
	}
	select {
	case s.intake.queue <- r:
	default:
		return errs.New(errs.Busy, "queue is full")
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		return errs.New(errs.Busy, "%w", ctx.Err())
	case <-s.intake.stopped:
	}
	select {
	case err := <-r.done:
		return err
	default:
		return errs.New(errs.Busy, "closing") // queued behind the last look of the goroutine
	}
}

func (in *intake) run() {
	defer close(in.stopped)
	for {
		select {
		case first := <-in.queue:
			in.commit(in.collect(first))
			continue
		case <-in.quit:
		}
		for {
			select {
			case first := <-in.queue:
				in.commit(in.collect(first))
			default:
				return
			}
		}
	}
}

// collect takes what waits behind first, and what others that can run at once
// bring meanwhile. Only in a crowd it waits, a moment, since each commit costs the
// same: while one batch is committed, the next one gathers.
func (in *intake) collect(first *request) []*request {
	batch, marks := []*request{first}, len(first.marks)
	for quiet := false; marks < intakeBatch; {
		select {
		case r := <-in.queue:
			batch, marks, quiet = append(batch, r), marks+len(r.marks), false
		default:
			if quiet {
				return batch
			}
			quiet = true
			if marks < intakeSome && in.store.inbox.waiting.Load() > 0 {
				time.Sleep(intakeMoment)
			}
			runtime.Gosched()
		}
	}
	return batch
}

func (in *intake) commit(batch []*request) {
	var marks []meeting.Mark
	live := batch[:0]
	for _, r := range batch {
		if r.ctx.Err() == nil { // else nobody waits for the answer
			live, marks = append(live, r), append(marks, r.marks...)
		}
	}
	if len(live) == 0 {
		return
	}
	err := in.write(marks)
	if err != nil && len(live) > 1 && !errs.Is(err, errs.Busy) {
		in.store.log.Warn("marks are committed one by one", "requests", len(live), "error", err)
		for _, r := range live {
			in.commit([]*request{r})
		}
		return
	}
	if err == nil {
		in.store.onMark()
	}
	for _, r := range live {
		r.done <- err
	}
}

func (in *intake) write(marks []meeting.Mark) error {
	ctx, cancel := context.WithTimeout(context.Background(), intakePeriod)
	defer cancel()
	if len(marks) > crowd || in.store.inbox.waiting.Load() > 0 {
		return in.store.keep(ctx, marks)
	}
	return in.store.MarkAlone(ctx, marks)
}

// MarkAlone is Mark in a transaction of its own: nobody else's marks are waited
// for, and none go into the inbox.
func (s *Store) MarkAlone(ctx context.Context, marks []meeting.Mark) error {
	return s.write(ctx, func(tx *gorm.DB) error { return s.mark(tx, marks) })
}
