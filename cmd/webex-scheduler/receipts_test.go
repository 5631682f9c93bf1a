package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"webex-scheduler/internal/app/apptest"
	"webex-scheduler/internal/sandbox/fakems"
)

// TestReceipts: what is done to a mailbox, and what an administrator asks for, is
// there to be read by those whom it concerns, exported and verified beside the
// server at work; none of it says what the event was.
func TestReceipts(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	bos := w.Connect(apptest.Bo)
	start := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Hour)
	at := func(t time.Time) fakems.DateTimeTimeZone {
		return fakems.DateTimeTimeZone{DateTime: t.Format("2006-01-02T15:04:05"), TimeZone: "UTC"}
	}
	_, err := w.Sandbox.Microsoft.CreateEvent(apptest.Bo, fakems.Event{Subject: "Secret plan", Location: fakems.Location{DisplayName: "@webex"}, Start: at(start), End: at(start.Add(time.Hour))})
	if err != nil {
		t.Fatal(err)
	}
	for len(w.Sandbox.Webex.Meetings(apptest.Bo)) == 0 {
		w.AwaitRest()
	}
	w.AwaitRest()
	anas := w.Authorise(apptest.Ana)
	w.Choose(anas, "listed", "addresses", apptest.Deepa)

	bos.Open(w.URL + "/account/receipts")
	bos.Shows("Webex: create meeting", "Microsoft: subscribe", "The program")
	anas.Open(w.URL + "/admin/receipts")
	anas.Shows("Console: choose mailboxes", "asked")
	anas.Open(w.URL + "/admin/mailboxes/deeba000-0000-4000-8000-000000000013/receipts")
	anas.Shows("Microsoft: subscribe")

	do := func(args ...string) (int, string, string) {
		var out, errOut bytes.Buffer
		code := run(t.Context(), append([]string{"receipts", "--database-url=" + w.Setting("DATABASE_URL"), "--secret-keys=" + w.Setting("SECRET_KEYS")}, args...), &out, &errOut)
		return code, out.String(), errOut.String()
	}
	if code, out, told := do("verify"); code != 0 || !strings.Contains(out, "receipts; no day was closed yet") {
		t.Errorf("verify: code %d, %q, %q", code, out, told)
	}
	code, lines, told := do("export")
	if code != 0 {
		t.Fatalf("export: code %d, %s", code, told)
	}
	operations, total := map[string]int{}, 0
	for line := range strings.SplitSeq(strings.TrimSpace(lines), "\n") {
		var e exported
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Mailbox == "" || len(e.MAC) != 64 {
			t.Fatalf("%v in %s", err, line)
		}
		operations[e.Service+" "+e.Operation]++
		total++
	}
	for _, want := range []string{"webex create meeting", "graph subscribe", "console choose mailboxes", "receipts day opened"} {
		if operations[want] == 0 {
			t.Errorf("no receipt of %s in %v", want, operations)
		}
	}
	_, table, _ := do("export", "--format=csv")
	records, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil || len(records) != total+1 {
		t.Errorf("%d records, %v, want a head and %d", len(records), err, total)
	}
	for _, word := range []string{"Secret plan", "@contoso", "webex.com"} {
		if strings.Contains(lines+table, word) {
			t.Errorf("%q is in the receipts", word)
		}
	}
	_, one, _ := do("export", "--mailbox="+apptest.Contoso+"/organization")
	if !strings.Contains(one, "choose mailboxes") || strings.Contains(one, "create meeting") {
		t.Errorf("of the administrators alone: %s", one)
	}

	if err := w.Stop(); err != nil {
		t.Fatal(err)
	}
	bo := apptest.Contoso + "/b0b00000-0000-4000-8000-000000000012"
	if code, out, told := do("erase", bo); code != 0 || !strings.Contains(out, "1 days erased") {
		t.Errorf("erase: code %d, %q, %q", code, out, told)
	}
	if code, out, told := do("verify"); code != 0 {
		t.Errorf("verify after an erasure: code %d, %q, %q", code, out, told)
	}
	if _, rest, _ := do("export"); strings.Contains(rest, bo) {
		t.Error("erased receipts are still there")
	}
}
