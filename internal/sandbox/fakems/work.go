package fakems

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// work is what goes on between requests: timers, deliveries, and those who wait
// for them.
type work struct {
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	running sync.WaitGroup
	client  *http.Client
	timers  map[int]clockwork.Timer
	made    int // timers so far
	closed  bool
	pending int           // notifications not yet delivered, lost or given up
	news    chan struct{} // closed when something that is waited for changes
}

func (w *work) setup(client *http.Client) {
	w.ctx, w.cancel = context.WithCancel(context.Background())
	w.timers = make(map[int]clockwork.Timer)
	w.news = make(chan struct{})
	w.client = &http.Client{}
	if client != nil {
		*w.client = *client
	} else {
		w.client.Transport = http.DefaultTransport.(*http.Transport).Clone()
	}
	w.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
}

// Close stops timers and deliveries and waits for them. Nothing is sent after
// it; calls are still answered.
func (s *Server) Close() {
	unlock := s.lock()
	s.work.closed = true
	s.work.cancel()
	for _, t := range s.work.timers {
		t.Stop()
	}
	clear(s.work.timers)
	unlock()
	s.work.running.Wait()
	if s.HTTP == nil {
		s.work.client.CloseIdleConnections()
	}
}

// after runs f, which takes the lock itself, in d on Clock. The lock is held.
func (s *Server) after(d time.Duration, f func()) {
	if s.work.closed {
		return
	}
	id := s.work.made
	s.work.made++
	s.work.timers[id] = s.Clock.AfterFunc(d, func() {
		unlock := s.lock()
		_, live := s.work.timers[id]
		delete(s.work.timers, id)
		unlock()
		if live {
			f()
		}
	})
}

// start runs f, which takes the lock itself, beside. The lock is held.
func (s *Server) start(f func()) {
	if !s.work.closed {
		s.work.running.Go(f)
	}
}

// tell wakes those who wait. The lock is held.
func (s *Server) tell() {
	close(s.work.news)
	s.work.news = make(chan struct{})
}

// await waits until ready, which is called under the lock, says so.
func (s *Server) await(ctx context.Context, ready func() bool) error {
	for {
		unlock := s.lock()
		ok, news := ready(), s.work.news
		unlock()
		if ok {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// within returns a context that ends after d on Clock, with parent, or with
// Close.
func (s *Server) within(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	timer := s.Clock.AfterFunc(d, cancel)
	stop := context.AfterFunc(s.work.ctx, cancel)
	return ctx, func() {
		timer.Stop()
		stop()
		cancel()
	}
}
