// Package roster looks after tenants whose administrator authorised them: it
// proves the consent by calls, finds whose mailboxes were chosen, follows who
// joins, leaves and is renamed, and maps each mailbox to its Webex host. What
// happens to a mailbox is syncer's; what to change is decided by plan.
package roster
