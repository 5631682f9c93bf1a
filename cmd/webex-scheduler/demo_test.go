package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"webex-scheduler/internal/browsertest"
)

var screenshots = flag.String("screenshots", "", "folder to write the README's pictures to")

// startDemo runs the demo on free ports and returns the two addresses it prints.
func startDemo(t *testing.T, arguments ...string) (program, sandbox string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, printed := io.Pipe()
	var log lockedBuffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"demo", "--listen=127.0.0.1:0", "--sandbox-bind=127.0.0.1:0"}, arguments...), printed, &log)
		printed.Close()
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("the demo ended with code %d", code)
		}
		if t.Failed() {
			t.Logf("the demo's log:\n%s", log.String())
		}
	})
	var text []byte
	buf := make([]byte, 4096)
	addresses := regexp.MustCompile(`http://[a-z0-9.:]+`)
	for {
		n, err := out.Read(buf)
		text = append(text, buf[:n]...)
		if all := addresses.FindAllString(string(text), -1); strings.Contains(string(text), "Ctrl+C") && len(all) >= 2 {
			go io.Copy(io.Discard, out)
			return all[0], all[len(all)-1]
		}
		if err != nil {
			t.Fatalf("the demo printed no addresses (%v):\n%s\n%s", err, text, log.String())
		}
	}
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// TestDemoAnswersSoon: the address is there, and answers, within two seconds.
func TestDemoAnswersSoon(t *testing.T) { // not beside others: it looks at the clock
	began := time.Now()
	program, _ := startDemo(t)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, path := range []string{"/healthz", "/readyz"} {
		resp, err := client.Get(program + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s = %d", path, resp.StatusCode)
		}
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the demo took %v to answer, want 2s at most", took)
	}
}

// TestTheWholeStory does what README promises, in a browser with a fresh
// profile that starts at the address the demo prints.
func TestTheWholeStory(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	program, sandbox := startDemo(t)
	story(t, b, program, sandbox, func(string) {})
}

// TestScreenshots takes the README's pictures (make screenshots).
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("pictures are taken with make screenshots")
	}
	b := browsertest.Start(t)
	program, sandbox := startDemo(t, "--seed=1")
	story(t, b, program, sandbox, func(name string) {
		b.Screenshot(filepath.Join(*screenshots, name+".png"), name != "calendar")
		if name == "account" {
			b.Dark(true)
			b.Screenshot(filepath.Join(*screenshots, name+"-dark.png"), true)
			b.Dark(false)
		}
	})
}

func story(t *testing.T, b *browsertest.Browser, program, sandbox string, picture func(name string)) {
	t.Helper()
	const ana = "ana@contoso.example"
	b.Open(program)
	picture("sign-in")
	b.Click("button", ana)
	b.Click("button", "Accept") // to be signed in
	b.See("full access to your calendars")
	picture("consent")
	b.Click("button", "Accept")
	b.See("Connect Webex")
	picture("first-visit")
	checkPage(t, b)
	b.Click("link", "Connect Webex")
	b.See("asks for access") // the program hints at her
	picture("webex")
	b.Click("button", "Accept")
	b.See("contoso.webex.com")

	// Tuesday of next week, so that the story ends alike at any hour.
	tuesday := time.Now().AddDate(0, 0, 8-(int(time.Now().Weekday())+6)%7).Format("2006-01-02")
	calendar := func() {
		b.Open(sandbox + "/?as=" + ana)
		b.Click("button", "Next week")
	}
	calendar()
	b.Click("button", "New event")
	b.Fill("Title", "Plans for spring")
	b.Fill("Location", "@webex")
	b.Fill("Start", tuesday+"T10:00")
	b.Fill("End", tuesday+"T11:00")
	b.Click("button", "Save")
	b.Click("button", "Plans for spring")
	b.See("Join details")
	if got := b.Value("Location"); !strings.HasPrefix(got, "https://contoso.webex.com/") {
		t.Errorf("location = %q, want the join link", got)
	}
	b.Click("button", "Close")
	picture("calendar")

	// Renamed: the meeting's title follows.
	b.Click("button", "Plans for spring")
	b.Fill("Title", "Plans for summer")
	b.Click("button", "Save")
	b.See("PATCH /v1/meetings/")
	b.Open(program + "/account")
	b.See("Plans for summer")
	picture("account")
	checkPage(t, b)

	// Dragged an hour later: so is the meeting.
	calendar()
	before := meetingTime(t, sandbox, ana)
	b.Drag("button", "Plans for summer", 0, b.Number("document.querySelector('#week .grid').offsetHeight / 24"))
	await(t, sandbox, "the meeting follows the drag", func() bool { return meetingTime(t, sandbox, ana).Sub(before) == time.Hour })

	// Deleted: the meeting goes.
	b.Click("button", "Plans for summer")
	b.Click("button", "Delete")
	await(t, sandbox, "the meeting is deleted", func() bool { return meetingTime(t, sandbox, ana).IsZero() })

	// Disconnected: signed out, and nothing is kept in step any more.
	b.Open(program + "/account")
	b.Click("button", "Disconnect")
	b.See("You are disconnected")
}

func checkPage(t *testing.T, b *browsertest.Browser) {
	t.Helper()
	for _, size := range [][2]int64{{1280, 900}, {320, 800}} {
		b.Resize(size[0], size[1])
		for _, p := range b.Problems() {
			t.Errorf("%s at %d pixels: %s", b.Location(), size[0], p)
		}
	}
	b.Resize(1280, 900)
}

// meetingTime is when the person's only meeting starts; zero: there is none.
func meetingTime(t *testing.T, sandbox, user string) time.Time {
	t.Helper()
	resp, err := http.Get(sandbox + "/sandbox/webex?user=" + user)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var side struct {
		Meetings []struct{ StartsAt time.Time }
	}
	if err := json.NewDecoder(resp.Body).Decode(&side); err != nil {
		t.Fatal(err)
	}
	switch len(side.Meetings) {
	case 0:
		return time.Time{}
	case 1:
		return side.Meetings[0].StartsAt
	}
	t.Fatalf("%d meetings, want one at most", len(side.Meetings))
	return time.Time{}
}

// await waits until ok, looking again at everything that happens in the sandbox.
func await(t *testing.T, sandbox, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", sandbox+"/sandbox/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); !ok(); {
		if !lines.Scan() {
			t.Fatalf("waiting until %s: %v", what, ctx.Err())
		}
	}
}
