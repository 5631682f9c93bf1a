package worldtest

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
)

// lan is the network of all worlds, in memory: a goroutine that waits for a
// real socket would keep a bubble's time from passing.
var lan = &network{listeners: map[string]*listener{}, next: 20_000}

// network is addresses of the form host:port, of which the port alone counts.
type network struct {
	mu        sync.Mutex
	listeners map[string]*listener
	next      int
}

// address reserves a port that nobody else has.
func (n *network) address() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.next++
	return fmt.Sprintf("127.0.0.1:%d", n.next)
}

// listen opens an address, again after it was closed.
func (n *network) listen(address string) net.Listener {
	n.mu.Lock()
	defer n.mu.Unlock()
	l := &listener{net: n, address: socket(address), calls: make(chan net.Conn), closed: make(chan struct{})}
	n.listeners[port(address)] = l
	return l
}

// dial implements DialContext.
func (n *network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	n.mu.Lock()
	l := n.listeners[port(address)]
	n.mu.Unlock()
	refused := &net.OpError{Op: "dial", Net: "tcp", Addr: socket(address), Err: fmt.Errorf("connection refused")}
	if l == nil {
		return nil, refused
	}
	ours, theirs := net.Pipe()
	select {
	case l.calls <- conn{theirs, socket(address)}:
		return conn{ours, socket(address)}, nil
	case <-l.closed:
		return nil, refused
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func port(address string) string { return address[strings.LastIndex(address, ":")+1:] }

// socket is an address on the network.
type socket string

// Network implements net.Addr.
func (socket) Network() string { return "tcp" }

func (s socket) String() string { return string(s) }

type conn struct {
	net.Conn
	address socket
}

func (c conn) LocalAddr() net.Addr  { return c.address }
func (c conn) RemoteAddr() net.Addr { return c.address }

type listener struct {
	net     *network
	address socket
	calls   chan net.Conn
	closed  chan struct{}
}

func (l *listener) Addr() net.Addr { return l.address }

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.calls:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	if l.net.listeners[port(string(l.address))] != l {
		return net.ErrClosed
	}
	delete(l.net.listeners, port(string(l.address)))
	close(l.closed)
	return nil
}

var _ net.Listener = (*listener)(nil)
