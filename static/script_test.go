package static_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"webex-scheduler/internal/browsertest"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/static"
)

// TestScriptsAreTyped: the pane's scripts agree with Office's published types.
// `npm ci` in static/check installs what it needs.
func TestScriptsAreTyped(t *testing.T) {
	t.Parallel()
	const compiler = "check/node_modules/typescript/bin/tsc"
	if _, err := os.Stat(compiler); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("static/check is not installed, and CI=true")
		}
		t.Skip("left out: static/check is not installed (make scripts)")
	}
	out, err := exec.Command("node", compiler, "--project", "check").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestPaneModules: each script is named to the page that needs it.
func TestPaneModules(t *testing.T) {
	t.Parallel()
	got := strings.Join(static.PaneModules(static.PaneScript), " ")
	for _, want := range []string{"pane/api.js", "pane/item.js", "pane/text.js", "pane/work.js", "pane/location.js"} {
		if !strings.Contains(got, want) {
			t.Errorf("the pane's modules are %s, want %s among them", got, want)
		}
	}
	for _, script := range []string{static.PaneScript, static.PaneCommands, static.PaneDialog} {
		for _, name := range static.PaneModules(script) {
			if _, ok := static.Open(static.Name(name)); !ok {
				t.Errorf("%s imports %s, which is not there", script, name)
			}
		}
	}
}

// TestLocationIsOurs: the pane and the server agree on which locations may be
// overwritten.
func TestLocationIsOurs(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if file, ok := static.Open(name); ok {
			w.Header().Set("Content-Type", file.Type)
			w.Write(file.Content)
		}
	}))
	t.Cleanup(server.Close)
	b := browsertest.Start(t)
	b.Open(server.URL + "/")
	b.Do(fmt.Sprintf(`import(%q).then((m) => { window.ours = m; })`, "/"+static.Name("pane/location.js")))
	b.Await("the module", "window.ours")
	locations := []string{
		"", "  ", "\t\n", "@webex", " @Webex ", "@WEBEX.", "@meet", "@webex!", "@webex:myroom", ":myroom", ":MyRoom", "@meet:space", ":space", "@webex:other",
		"bo@webex.com", "@webex.com", "@webexample", "x@webex", "@webex,", "(@webex)", "Room 1", "Room 1 @webex", "Ž@webex", "č:myroom", "/@webex", "-@webex", "+@meet",
		"https://contoso.webex.com/contoso/j.php?MTID=m1", "HTTPS://Contoso.WEBEX.com/x", "https://webex.com", "https://webex.com:443/x", "http://contoso.webex.com/x",
		"https://webex.com.evil.example/", "https://evil-webex.com/", "https://evil.example/webex.com", "https://a@contoso.webex.com/", "https://teams.microsoft.com/x",
		"see https://contoso.webex.com/x", "https://contoso.webex.com/x; Room 1",
		meeting.NotAdded("https://old.example"), "  " + meeting.NotAdded("https://old.example"), "Webex: not added",
	}
	// And every way to put three of these together.
	parts := []string{"", "@webex", "@Meet", ":myroom", ":space", " ", ",", ";", "(", ")", ".", "!", "a", "Ž", "1", "_", "-", "/", "\u00a0", "|", "]"}
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				locations = append(locations, a+b+c)
			}
		}
	}
	asked, err := json.Marshal(locations)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	answer := b.Text("JSON.stringify(" + string(asked) + ".map((l) => `${ours.isOurs(l)} ${ours.isJoinLink(l)}`))")
	if err := json.Unmarshal([]byte(answer), &got); err != nil {
		t.Fatal(err)
	}
	for i, location := range locations {
		if want := fmt.Sprintf("%v %v", meeting.LocationIsOurs(location), meeting.IsJoinLink(location)); got[i] != want {
			t.Errorf("%q: ours and a join link = %s in the browser, %s on the server", location, got[i], want)
		}
	}
}
