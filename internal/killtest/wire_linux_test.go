//go:build killtest

package killtest

import (
	"net"
	"net/url"
	"sync"
	"testing"
	"time"
)

// wire is what lies between a process and PostgreSQL: it carries bytes, until a
// test has it cut or stalled.
type wire struct {
	address string // of PostgreSQL as the process sees it

	mu      sync.Mutex
	conns   map[net.Conn]bool // both ends
	open    chan struct{}     // closed while bytes pass
	silent  map[net.Conn]bool // ends whose bytes are lost for good
	sending func(part []byte) // sees what the process sends, before the server does; may be nil
	sent    time.Time         // when the process last sent something
	swallow chan struct{}     // closed when something the process sent was lost
}

// newWire lays a wire to the server of the database address and returns it
// with the address to use instead.
func newWire(t testing.TB, database string) *wire {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	u.Host = listener.Addr().String()
	w := &wire{address: u.String(), conns: map[net.Conn]bool{}, silent: map[net.Conn]bool{}, open: make(chan struct{})}
	close(w.open)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				_ = near.Close()
				continue
			}
			w.mu.Lock()
			w.conns[near], w.conns[far] = true, true
			w.mu.Unlock()
			running.Go(func() { w.carry(near, far, true) })
			running.Go(func() { w.carry(far, near, false) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); w.resume(); w.cut(); running.Wait() })
	return w
}

func (w *wire) carry(from, to net.Conn, toServer bool) {
	part := make([]byte, 32<<10)
	for {
		n, err := from.Read(part)
		w.mu.Lock()
		open, sending := w.open, w.sending
		if toServer && n > 0 {
			w.sent = time.Now()
		}
		w.mu.Unlock()
		if toServer && sending != nil && n > 0 {
			sending(part[:n])
		}
		<-open
		w.mu.Lock()
		silent := w.silent[from]
		if silent && toServer && n > 0 && w.swallow != nil {
			close(w.swallow)
			w.swallow = nil
		}
		w.mu.Unlock()
		if n > 0 && !silent {
			if _, failed := to.Write(part[:n]); failed != nil {
				err = failed
			}
		}
		if err != nil {
			_, _ = from.Close(), to.Close()
			w.mu.Lock()
			delete(w.conns, from)
			delete(w.conns, to)
			w.mu.Unlock()
			return
		}
	}
}

// cut ends all connections; new ones are taken.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		_ = c.(*net.TCPConn).SetLinger(0) // a reset
		_ = c.Close()
	}
}

// stall holds all bytes back until resume.
func (w *wire) stall() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = make(chan struct{})
}

func (w *wire) resume() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.open:
	default:
		close(w.open)
	}
}

// lose swallows from now on what the present connections carry, without ending
// them, as a firewall does that forgot them; new ones work. The channel is
// closed when the process has asked something on one of them.
func (w *wire) lose() (asked <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.swallow = make(chan struct{})
	asked = w.swallow
	for c := range w.conns {
		w.silent[c] = true
	}
	return asked
}

// awaitIdle waits until the process has sent nothing for that long.
func (w *wire) awaitIdle(long time.Duration) {
	for {
		w.mu.Lock()
		idle := time.Since(w.sent)
		w.mu.Unlock()
		if idle >= long {
			return
		}
		<-time.After(long - idle)
	}
}

// watch has f see what the process sends from now on.
func (w *wire) watch(f func(part []byte)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sending = f
}
