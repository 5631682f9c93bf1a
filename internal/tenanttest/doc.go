// Package tenanttest takes up a large tenant: an administrator chooses ten
// thousand people in an unpleasant sandbox with Graph's limits, the program is
// stopped once and cut off once in the middle, and at the end everybody has one
// live subscription, was swept, and each wish has one meeting. It prints a table
// of what that took, and of how long the console's pages take then.
//
// Program and sandbox share a clock that moves on when the program has nothing
// more to do: what the table tells in the sandbox's clock is the same on every
// machine, what it tells on the wall is this one's.
//
//	go test ./internal/tenanttest -count=1 -timeout 0 -v -args -tenant.people 10000
//
// Without -tenant.people nothing is run.
package tenanttest
