// Package killtest runs the built program as its users do, as processes beside
// a sandbox, and breaks what they stand on while people edit their calendars:
// kill -9, SIGSTOP, a database that goes away, a full disk. At rest every event
// with a wish has exactly one right meeting, and no meeting is without one. What
// docs/operating.md tells to do is done here too: backup and restore, another
// secret key, another version.
//
// It holds only tests, and only on Linux: they send signals, mount a small disk
// and want the kernel to end their children with them. They take minutes, most
// of them waiting, hence the tag:
//
//	go test -tags killtest ./internal/killtest -timeout 30m -parallel 4
//
// A long run of kills alone, which goes on where it was stopped:
//
//	go test -tags killtest ./internal/killtest -run 'TestKill$' -v -timeout 0 -kills 1000 -kills.seed 7 -kills.state kills.json
package killtest
