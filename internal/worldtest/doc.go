// Package worldtest throws random worlds at the whole program: people who edit
// their calendars in Outlook, services that throttle, fail, lag and lose, a
// program that is stopped and killed in between. Once all faults have ended
// and a day has passed, both sides must agree, field by field, with what an
// oracle of its own says, and nothing more may be written.
//
// A world is a seed. It runs in a bubble of testing/synctest: time passes only
// when everybody waits for it, so weeks take no time and no test sleeps. The
// network is in memory; the databases are real.
//
// A seed that fails is played again by its number, and made small:
//
//	go test ./internal/worldtest -run TestWorldsOnSQLite -worlds.from=4711 -worlds=1
//
// Left out: edits made in Webex, and crashes between two commits of one
// round (package killtest kills a real process at any instant).
package worldtest
