package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"
)

// report is what a load of requests met.
type report struct {
	requests int
	took     time.Duration
	latency  []time.Duration // sorted
}

func (r report) perSecond(each int) float64 {
	return float64(r.requests*each) / r.took.Seconds()
}

func (r report) percentile(p float64) time.Duration {
	if len(r.latency) == 0 {
		return 0
	}
	return r.latency[min(len(r.latency)-1, int(float64(len(r.latency))*p))]
}

// load posts over so many connections, each with the next request once the last
// was answered; body gives what a connection posts. It speaks plain HTTP/1.1 and
// reads little, so that it takes as little as possible of the processors it
// shares with the server.
func load(ctx context.Context, address, path string, connections int, body func(connection, n int) []byte) (report, error) {
	ctx, cancel := context.WithTimeout(ctx, *seconds)
	defer cancel()
	var mu sync.Mutex
	var all report
	var failure error
	var group sync.WaitGroup
	began := time.Now()
	for i := range connections {
		group.Go(func() {
			latency, err := drive(ctx, address, path, func(n int) []byte { return body(i, n) })
			mu.Lock()
			defer mu.Unlock()
			all.latency = append(all.latency, latency...)
			if err != nil {
				failure = err
			}
		})
	}
	group.Wait()
	all.took, all.requests = time.Since(began), len(all.latency)
	slices.Sort(all.latency)
	return all, failure
}

func drive(ctx context.Context, address, path string, body func(n int) []byte) (latency []time.Duration, err error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	var out bytes.Buffer
	for n := 0; ctx.Err() == nil; n++ {
		b := body(n)
		out.Reset()
		fmt.Fprintf(&out, "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", path, len(b))
		out.Write(b)
		sent := time.Now()
		if _, err := conn.Write(out.Bytes()); err != nil {
			return latency, err
		}
		if err := answered(in); err != nil {
			return latency, err
		}
		latency = append(latency, time.Since(sent))
	}
	return latency, nil
}

// answered reads an empty answer of success.
func answered(in *bufio.Reader) error {
	first := true
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		switch {
		case first && !bytes.Contains(line, []byte(" 202 ")):
			return fmt.Errorf("answer: %s", line)
		case len(line) <= 2:
			return nil
		}
		first = false
	}
}
