package tenanttest

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
)

// lines are all ways out of the program: to its database, through a relay, and
// to Microsoft and Webex. Cut, nothing passes any more, not even an answer.
type lines struct {
	http *http.Transport

	mu    sync.Mutex
	cut   chan struct{}
	conns map[net.Conn]bool
}

func newLines() *lines {
	pool := http.DefaultTransport.(*http.Transport).Clone()
	pool.MaxIdleConnsPerHost = 32
	return &lines{http: pool, cut: make(chan struct{}), conns: map[net.Conn]bool{}}
}

var errCut = errors.New("cut off")

// RoundTrip implements http.RoundTripper.
func (l *lines) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	cut := l.cut
	l.mu.Unlock()
	select {
	case <-cut:
		return nil, errCut
	default:
	}
	answer, err := l.http.RoundTrip(r)
	select {
	case <-cut:
		if err == nil {
			_ = answer.Body.Close()
		}
		return nil, errCut
	default:
		return answer, err
	}
}

// relay returns the database's address through a relay.
func (l *lines) relay(t *testing.T, database string) string {
	t.Helper()
	address, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close(); l.sever() })
	target := address.Host
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go l.carry(conn, target)
		}
	}()
	address.Host = listener.Addr().String()
	return address.String()
}

func (l *lines) carry(from net.Conn, target string) {
	to, err := net.Dial("tcp", target)
	if err != nil {
		_ = from.Close()
		return
	}
	l.mu.Lock()
	select {
	case <-l.cut:
		_, _ = from.Close(), to.Close()
	default:
		l.conns[from], l.conns[to] = true, true
	}
	l.mu.Unlock()
	done := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{from, to}, {to, from}} {
		go func() { _, _ = io.Copy(pair[0], pair[1]); done <- struct{}{} }()
	}
	<-done
	_, _ = from.Close(), to.Close()
	<-done
	l.mu.Lock()
	delete(l.conns, from)
	delete(l.conns, to)
	l.mu.Unlock()
}

// sever cuts the lines.
func (l *lines) sever() {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.cut:
		return
	default:
	}
	close(l.cut)
	for conn := range l.conns {
		_ = conn.Close()
	}
}

// mend lets everything pass again.
func (l *lines) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = make(chan struct{})
}
