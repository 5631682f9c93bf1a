package web

import (
	"slices"
	"strings"
	"testing"

	"webex-scheduler/internal/route"
)

// AdminRoutes are all addresses of the console, with their methods.
func AdminRoutes(t *testing.T) (all []string) {
	t.Helper()
	for _, r := range bare(t).echo.Routes() {
		if strings.HasPrefix(r.Path, route.Admin) && r.Method != "HEAD" {
			all = append(all, r.Method+" "+r.Path)
		}
	}
	slices.Sort(all)
	return all
}
