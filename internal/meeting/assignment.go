package meeting

import "time"

// Assignment is the Webex host that an owner gave to a mailbox by name. It goes
// before the mapping by addresses, and one host may have several.
type Assignment struct {
	Address string // of the mailbox, lower case
	// Shared: nobody signs in with its account, or the account has no licence. Such
	// a mailbox is kept in step because it was named.
	// https://learn.microsoft.com/microsoft-365/admin/email/about-shared-mailboxes
	Shared    bool
	HostID    string // Webex person id
	HostEmail string // as Webex had it when it was checked
	Since     time.Time
}
