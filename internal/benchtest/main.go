// Command benchtest measures the program on the machine it runs on and prints
// tables for docs/benchmarks.md. Each figure stands beside a ceiling that was
// taken in the same run: machines differ, and are noisy.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/jackc/pgx/v5"
)

var (
	seconds  = flag.Duration("for", 5*time.Second, "how long each row is measured")
	profile  = flag.String("cpuprofile", "", "file for a CPU profile")
	only     = flag.String("only", "", "rows whose name has this")
	postgres = flag.String("postgres", or(os.Getenv("SCHEDULER_TEST_POSTGRES"), "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"), "a server for databases of our own; empty: SQLite alone")
)

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

var programs = map[string]func(context.Context) error{"intake": intake, "sync": syncing, "size": size}

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	run, ok := programs[flag.Arg(0)]
	if !ok {
		fmt.Fprintln(os.Stderr, "benchtest: name what to measure: intake, sync or size")
		os.Exit(2)
	}
	fmt.Printf("%s, %d processors, %s/%s, %s\n\n", time.Now().Format("2 January 2006"), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "benchtest:", err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "benchtest:", err)
		os.Exit(1)
	}
}

// databases calls use with a database of each kind, empty, and removes it after.
func databases(ctx context.Context, use func(name, address string) error) error {
	dir, err := os.MkdirTemp("", "benchtest")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := use("SQLite", "sqlite://"+dir+"/bench.db"); err != nil || *postgres == "" {
		return err
	}
	address, drop, err := newDatabase(ctx)
	if err != nil {
		return err
	}
	defer drop()
	return use("PostgreSQL", address)
}

func newDatabase(ctx context.Context) (address string, drop func(), err error) {
	u, err := url.Parse(*postgres)
	if err != nil {
		return "", nil, err
	}
	name := fmt.Sprintf("benchtest_%d", time.Now().UnixNano())
	do := func(ctx context.Context, statement string) error {
		c, err := pgx.Connect(ctx, *postgres)
		if err != nil {
			return err
		}
		defer func() { _ = c.Close(ctx) }()
		_, err = c.Exec(ctx, statement)
		return err
	}
	if err := do(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	return u.String(), func() { _ = do(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)") }, nil
}
