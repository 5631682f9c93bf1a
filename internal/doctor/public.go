package doctor

import (
	"context"
	"net/http"
	"strings"

	"webex-scheduler/internal/route"
)

// publicAddress looks whether the program answers there. That this machine
// reaches it does not prove that Microsoft and Webex do.
func (d *doctor) publicAddress(ctx context.Context) Finding {
	address := d.settings.PublicURL
	for _, is := range [][2]string{{route.Health, "ok"}, {route.Ready, "ready"}} {
		path, words := is[0], is[1]
		a, err := d.get(ctx, address+path)
		switch {
		case err != nil:
			return problem("Start `serve`; let name, certificate and proxy of SCHEDULER_PUBLIC_URL lead to it.",
				"%s does not answer: %s", address, reason(err))
		case path == route.Ready && a.status == http.StatusServiceUnavailable:
			return problem("See the server's log: mostly its database is away or not migrated.", "%s answers, but cannot work: %s is %d", address, path, a.status)
		case a.status != http.StatusOK || a.body != words:
			return problem("Let the name and the proxy of SCHEDULER_PUBLIC_URL lead to `serve`, for every path and without a login of its own.",
				"somebody else answers at %s: %s is %d and not %q", address, path, a.status, words)
		}
	}
	return fine("%s answers and is ready", address)
}

// proxy looks at what happens on the way to the program and back.
func (d *doctor) proxy(ctx context.Context) Finding {
	first, err := d.get(ctx, d.settings.PublicURL+route.Health)
	if err != nil {
		return lost(err)
	}
	second, err := d.get(ctx, d.settings.PublicURL+route.Health)
	if err != nil {
		return lost(err)
	}
	for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Cache-Control", "X-Request-Id"} {
		if first.header.Get(name) == "" {
			return problem("Let the proxy pass on the headers that the program sets.", "the proxy takes the header %s off our answers", name)
		}
	}
	// Each answer of ours has a name of its own.
	if first.header.Get("X-Request-Id") == second.header.Get("X-Request-Id") {
		return problem("Have the proxy cache nothing that says `Cache-Control: no-store`.", "the proxy answers from its cache: the same answer came twice")
	}
	a, err := d.ask(ctx, http.MethodPost, d.settings.PublicURL+route.GraphHook+"?validationToken=x", "", "Content-Type", "text/plain")
	switch {
	case err != nil:
		return lost(err)
	case a.status == http.StatusUnsupportedMediaType: // what a delivery is told that is none
		return problem("Let the proxy pass on the query (what follows the ?) as it is.", "the proxy takes the query off requests")
	}
	a, err = d.get(ctx, d.settings.PublicURL+route.APIMe, "Authorization", "Bearer of-nobody")
	switch {
	case err != nil:
		return lost(err)
	case strings.HasPrefix(a.header.Get("WWW-Authenticate"), `Bearer error=`):
		return fine("requests and answers pass as they are")
	case a.header.Get("WWW-Authenticate") == "Bearer":
		return problem("Let the proxy pass on the header Authorization, which the add-in's pane and scripts send.", "the proxy takes the header Authorization off requests")
	}
	return problem("Let the proxy pass every path on to `serve` as it is, without a login of its own.",
		"somebody else answers at %s: it is %d, and does not refuse a token as we do", route.APIMe, a.status)
}

// lost is a place that answered a moment ago.
func lost(err error) Finding {
	return problem("See that `serve` and the proxy keep running, and look again.", "no answer: %s", reason(err))
}
