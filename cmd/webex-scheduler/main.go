// Command webex-scheduler keeps Webex meetings in step with Outlook calendar
// events. See README.md.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// commands is the command line.
type commands struct {
	Settings `embed:""`

	Serve    serveCommand    `cmd:"" help:"Serve pages and webhooks and keep meetings in step."`
	Demo     demoCommand     `cmd:"" help:"Serve against a local Microsoft 365 and Webex, with people and calendars already there."`
	Sandbox  sandboxCommand  `cmd:"" help:"The local Microsoft 365 and Webex alone, as a test double."`
	Manifest manifestCommand `cmd:"" help:"Print what Outlook installs: the add-in's manifest for the public address."`
	Doctor   doctorCommand   `cmd:"" help:"Look at everything that the server rests on; each finding names its fix."`
	Receipts receiptsCommand `cmd:"" help:"What was done to mailboxes, and by administrators: verify, export, erase."`
	Migrate  migrateCommand  `cmd:"" help:"Migrate the database and end."`
	Keys     keysCommand     `cmd:"" help:"Make a secret key, re-encrypt stored secrets under the newest, or make a certificate."`
	Version  versionCommand  `cmd:"" help:"Version, commit, Go version."`
}

// environment is what a command gets beside its flags.
type environment struct {
	ctx    context.Context
	out    io.Writer
	errOut io.Writer
	get    func(name string) string // a setting by its name without prefix
}

// run is main as a function: it returns the exit code.
func run(ctx context.Context, args []string, out, errOut io.Writer) (code int) {
	var c commands
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("webex-scheduler"),
		kong.Description("Keeps Webex meetings in step with Outlook calendar events."),
		kong.Writers(out, errOut),
		kong.Exit(func(code int) { exited = code; panic(exit{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintln(errOut, "webex-scheduler:", err)
		return 1
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(exit); !ok {
				panic(r)
			}
			code = exited
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(errOut, "webex-scheduler:", err)
		return 2
	}
	get, err := c.lookup()
	if err == nil {
		err = chosen.Run(&environment{ctx: ctx, out: out, errOut: errOut, get: get})
	}
	if err != nil {
		fmt.Fprintln(errOut, "webex-scheduler:", err)
		return 1
	}
	return 0
}

type exit struct{}
