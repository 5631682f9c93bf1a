//go:build killtest

package killtest

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"webex-scheduler/internal/sandbox/trace"
)

// smallDisk mounts a disk of that size, in the words of mount(8), for the test.
func smallDisk(t *testing.T, size string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no small disk can be mounted: %v", err)
		}
		t.Skipf("left out: mounting a small disk wants root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves no byte free in dir and returns what gives the space back.
func fill(t *testing.T, dir string) (empty func()) {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for part := make([]byte, 4096); err == nil; {
		_, err = f.Write(part)
	}
	if _ = f.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk ended with %v", err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFullDisk: while the disk is full notifications are refused so that they
// come again, the program goes on, and with space again nothing is lost.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "8m") // twice what SQLite's journal grows to: https://www.sqlite.org/wal.html
	w := newWorld(t, options{database: "sqlite://" + filepath.Join(dir, "scheduler.db"), seed: 31, people: []string{ana, bo}})
	w.busy(6)
	empty := fill(t, dir)
	refused := 0
	for seq := w.box.Trace.Last(); refused < 3; {
		w.edit()
		told, err := w.box.Trace.Await(w.within(time.Minute), seq, func(e trace.Entry) bool { return e.Service == trace.Notification })
		if err != nil {
			t.Fatalf("no notification is answered on a full disk: %v", err)
		}
		switch seq = told.Seq; told.Status {
		case http.StatusServiceUnavailable:
			refused++
		case http.StatusAccepted, http.StatusNoContent: // Graph's or Webex's, committed before the last page was gone
		default:
			t.Fatalf("a notification on a full disk got %d %s, want 503\n%s", told.Status, told.Fault, w.fleet[0].tail(10))
		}
	}
	if status, body := get(t, w.url+"/healthz"); status != http.StatusOK {
		t.Errorf("/healthz on a full disk = %d %s", status, body)
	}
	empty()
	w.rest()
}

// TestFullDiskKilled: the same, and the program is killed and started while it
// has no room.
func TestFullDiskKilled(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "8m")
	w := newWorld(t, options{database: "sqlite://" + filepath.Join(dir, "scheduler.db"), seed: 32, people: []string{ana, bo}})
	w.busy(6)
	empty := fill(t, dir)
	w.busy(6)
	w.fleet[0].kill()
	empty()
	w.fleet[0].start()
	w.rest()
}

func get(t *testing.T, address string) (status int, body string) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}
