package meeting

// Deletions is what a hold of deletions is judged by, of one mailbox.
type Deletions struct {
	Done     int  // meetings deleted within the last hour
	Upcoming int  // meetings that are still to come
	Lifted   bool // a person said yes to those held

	// The same two over all mailboxes that the tenant's administrator
	// authorised; zero for a mailbox that its person did.
	TenantDone, TenantUpcoming int
}
