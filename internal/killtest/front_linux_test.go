//go:build killtest

package killtest

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"sync/atomic"
	"testing"
)

// newFront serves the public address: each request goes to the next process
// that takes a connection, and without one to nobody, as behind any balancer.
func newFront(t testing.TB, fleet func() []*process) (address string) {
	t.Helper()
	var turn atomic.Int64
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		all := fleet()
		first := int(turn.Add(1))
		for i := range all {
			if address, ok := all[(first+i)%len(all)].current().serves(); ok {
				if conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address); err == nil {
					return conn, nil
				}
			}
		}
		return nil, errors.New("no process serves")
	}
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", "fleet", r.In.Host
		},
		Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true},
		ErrorLog:  log.New(io.Discard, "", 0),
	})
	t.Cleanup(func() { front.CloseClientConnections(); front.Close() })
	return front.URL
}
