package meeting

// Settings are what a tenant's owners decide for its mailboxes. The zero value
// is what everybody else has.
type Settings struct {
	KeywordsOff  bool   `json:"keywords_off,omitempty"`  // @webex and the like do nothing
	BareIsRoom   bool   `json:"bare_is_room,omitempty"`  // @webex and @meet alone mean :myroom
	CopyReceived bool   `json:"copy_received,omitempty"` // copies of received invitations get a meeting of their own
	PrivateTitle string `json:"private_title,omitempty"` // of private events; empty: PrivateTitle
	Language     string `json:"language,omitempty"`      // BCP 47, for people whose profile names none
	DryRun       bool   `json:"dry_run,omitempty"`       // nothing is written to calendars or Webex
}

// Wish is what the keyword asks for in this tenant.
func (s Settings) Wish(location string) Wish {
	wish, bare := readWish(location)
	switch {
	case s.KeywordsOff:
		return NoWish
	case bare && s.BareIsRoom:
		return PersonalRoom
	}
	return wish
}
