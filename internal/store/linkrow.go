package store

import (
	"time"

	"webex-scheduler/internal/meeting"
)

type linkRow struct {
	Mailbox    meeting.AccountID `gorm:"primaryKey"`
	Event      meeting.EventID   `gorm:"primaryKey"`
	ICalUID    string            `gorm:"column:ical_uid"`
	LinkKey    meeting.LinkKey
	State      meeting.LinkState
	Reason     meeting.Reason
	Problem    meeting.Reason
	Location   string
	Subject    string
	StartsAt   int64
	EndsAt     int64
	Meeting    meeting.MeetingID
	GrantID    meeting.GrantID
	Host       string
	HostKept   string
	Moving     string
	SiteURL    string `gorm:"column:site_url"`
	JoinSealed []byte
	Wanted     meeting.Shape `gorm:"serializer:json"`
	Got        meeting.Shape `gorm:"serializer:json"`
	Refused    meeting.Shape `gorm:"serializer:json"`
	WroteAt    int64
	Replaced   meeting.Shape `gorm:"serializer:json"` // of earlier versions
	ChangeKey  string
	ShownAt    int64
	BareSince  int64
	EndedAt    int64
	BodyWrites []time.Time `gorm:"serializer:json"`
	CreatedAt  int64       `gorm:"autoCreateTime:false"`
	UpdatedAt  int64       `gorm:"autoUpdateTime:false"`

	OptionsSealed []byte
	Served        int64
	Removed       int64
	Draft         bool // Event is none yet
	DraftFor      meeting.EventID
	FormOpen      bool
	Former        []meeting.Former `gorm:"serializer:json"`
	Rhythm        *meeting.Rhythm  `gorm:"serializer:json"`

	TitleAt int64
	TimesAt int64
	Glance  *meeting.Glance `gorm:"serializer:json"`

	// What Webex tells and what people ask is theirs: SaveLink leaves it alone.
	StartedAt     int64
	StoppedAt     int64
	AskedSealed   []byte
	AskedRevision int64
	ClientKey     string
}

func (linkRow) TableName() string { return "links" }

// place is what the value sealed in the column links.{what}_sealed is bound to.
func (r linkRow) place(what string) string {
	return "links." + what + " " + string(r.Mailbox) + " " + string(r.Event)
}

// sealed are the row's sealed values, by what they are.
func (r *linkRow) sealed() map[string]*[]byte {
	return map[string]*[]byte{"join": &r.JoinSealed, "options": &r.OptionsSealed, "asked": &r.AskedSealed}
}

// move gives the row another place, and seals anew what is bound to it.
func (s *Store) move(row *linkRow, mailbox meeting.AccountID, event meeting.EventID) (err error) {
	to := linkRow{Mailbox: mailbox, Event: event}
	for what, sealed := range row.sealed() {
		if len(*sealed) == 0 {
			continue
		}
		plain, err := s.box.Open(*sealed, row.place(what))
		if err != nil {
			return err
		}
		if *sealed, err = s.box.Seal(plain, to.place(what)); err != nil {
			return err
		}
	}
	row.Mailbox, row.Event = mailbox, event
	return nil
}

// linkRow is the link without what people asked of it.
func (s *Store) linkRow(l meeting.Link) (row linkRow, err error) {
	row = linkRow{
		Mailbox:    l.Mailbox,
		Event:      l.Event,
		ICalUID:    l.ICalUID,
		LinkKey:    l.Key,
		State:      l.State,
		Reason:     l.Reason,
		Problem:    l.Problem,
		Location:   l.Location,
		Subject:    l.Subject,
		StartsAt:   micros(l.Starts),
		EndsAt:     micros(l.Ends),
		Meeting:    l.Meeting,
		GrantID:    l.Grant,
		Host:       l.Host,
		HostKept:   l.HostKept,
		Moving:     l.Moving,
		SiteURL:    l.SiteURL,
		Wanted:     l.Wanted,
		Got:        l.Got,
		Refused:    l.Refused,
		WroteAt:    micros(l.WroteAt),
		ChangeKey:  l.ChangeKey,
		ShownAt:    micros(l.ShownAt),
		BareSince:  micros(l.BareSince),
		EndedAt:    micros(l.EndedAt),
		BodyWrites: l.BodyWrites,
		CreatedAt:  micros(l.CreatedAt),
		UpdatedAt:  micros(l.UpdatedAt),
		Served:     l.Served,
		Removed:    l.Removed,
		Draft:      l.Event.IsDraft(),
		DraftFor:   l.For,
		FormOpen:   l.Open,
		Former:     l.Former,
		Rhythm:     l.Rhythm,
		TitleAt:    micros(l.TitleAt),
		TimesAt:    micros(l.TimesAt),
		Glance:     l.Glance,
	}
	if row.JoinSealed, err = s.sealJSON(newJoinRecord(l.Join), row.place("join")); err != nil {
		return row, err
	}
	if !l.Options.Equal(meeting.Options{}) || l.Options.Kind != "" {
		row.OptionsSealed, err = s.sealJSON(newOptionsRecord(l.Options), row.place("options"))
	}
	return row, err
}

func (s *Store) fromLinkRow(row linkRow) (meeting.Link, error) {
	var join joinRecord
	var options optionsRecord
	var asked askedRecord
	for what, into := range map[string]any{"join": &join, "options": &options, "asked": &asked} {
		if err := s.openJSON(*row.sealed()[what], row.place(what), into); err != nil {
			return meeting.Link{}, err
		}
	}
	return meeting.Link{
		Mailbox:    row.Mailbox,
		Event:      row.Event,
		ICalUID:    row.ICalUID,
		Key:        row.LinkKey,
		State:      row.State,
		Reason:     row.Reason,
		Problem:    row.Problem,
		Location:   row.Location,
		Subject:    row.Subject,
		Starts:     moment(row.StartsAt),
		Ends:       moment(row.EndsAt),
		Meeting:    row.Meeting,
		Grant:      row.GrantID,
		Host:       row.Host,
		HostKept:   row.HostKept,
		Moving:     row.Moving,
		SiteURL:    row.SiteURL,
		Join:       join.join(),
		Wanted:     row.Wanted,
		Got:        row.Got,
		Refused:    row.Refused,
		WroteAt:    moment(row.WroteAt),
		TitleAt:    moment(row.TitleAt),
		TimesAt:    moment(row.TimesAt),
		Glance:     row.Glance,
		StartedAt:  moment(row.StartedAt),
		StoppedAt:  moment(row.StoppedAt),
		ChangeKey:  row.ChangeKey,
		ShownAt:    moment(row.ShownAt),
		BareSince:  moment(row.BareSince),
		EndedAt:    moment(row.EndedAt),
		BodyWrites: row.BodyWrites,
		CreatedAt:  moment(row.CreatedAt),
		UpdatedAt:  moment(row.UpdatedAt),
		Options:    options.options(),
		Asked:      asked.asked(row.AskedRevision),
		Served:     row.Served,
		Removed:    row.Removed,
		For:        row.DraftFor,
		Open:       row.FormOpen,
		ClientKey:  row.ClientKey,
		Former:     row.Former,
		Rhythm:     row.Rhythm,
	}, nil
}

// joinRecord is meeting.Join as it is sealed: a Secret hides itself from JSON.
type joinRecord struct {
	WebLink       string           `json:"webLink,omitempty"`
	Number        string           `json:"number,omitempty"`
	Password      string           `json:"password,omitempty"`
	PhonePassword string           `json:"phonePassword,omitempty"`
	SIPAddress    string           `json:"sipAddress,omitempty"`
	DialInIP      string           `json:"dialInIp,omitempty"`
	AccessCode    string           `json:"accessCode,omitempty"`
	CallIn        []meeting.CallIn `json:"callIn,omitempty"`
}

func newJoinRecord(j meeting.Join) joinRecord {
	return joinRecord{
		WebLink:       j.WebLink,
		Number:        j.Number,
		Password:      j.Password.Reveal(),
		PhonePassword: j.PhonePassword.Reveal(),
		SIPAddress:    j.SIPAddress,
		DialInIP:      j.DialInIP,
		AccessCode:    j.AccessCode,
		CallIn:        j.CallIn,
	}
}

func (r joinRecord) join() meeting.Join {
	return meeting.Join{
		WebLink:       r.WebLink,
		Number:        r.Number,
		Password:      meeting.NewSecret(r.Password),
		PhonePassword: meeting.NewSecret(r.PhonePassword),
		SIPAddress:    r.SIPAddress,
		DialInIP:      r.DialInIP,
		AccessCode:    r.AccessCode,
		CallIn:        r.CallIn,
	}
}
