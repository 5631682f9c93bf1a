package store

import (
	"context"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type memberRow struct {
	Account     meeting.AccountID `gorm:"primaryKey"`
	Tenant      meeting.TenantID
	UPN         string `gorm:"column:upn"`
	Name        string
	Mail        string
	Addresses   []string `gorm:"serializer:json"`
	Language    string
	Disabled    bool
	Guest       bool
	Licensed    bool
	Standing    meeting.Reason
	HostID      string
	HostEmail   string
	HostAliases []string `gorm:"serializer:json"`
	HostSites   []string `gorm:"serializer:json"`
	HostTrust   meeting.Reason
	Assigned    string
	SeenAt      int64
}

func (memberRow) TableName() string { return "members" }

func newMemberRow(m meeting.Member) memberRow {
	return memberRow{
		Account:     m.Account,
		Tenant:      m.Account.Tenant(),
		UPN:         m.Person.UPN,
		Name:        m.Person.Name,
		Mail:        m.Person.Mail,
		Addresses:   m.Person.Addresses,
		Language:    m.Person.Language,
		Disabled:    m.Person.Disabled,
		Guest:       m.Person.Guest,
		Licensed:    m.Person.Licensed,
		Standing:    m.Standing,
		HostID:      m.Host.ID,
		HostEmail:   m.Host.Email,
		HostAliases: m.Host.Aliases,
		HostSites:   m.Host.Sites,
		HostTrust:   m.HostTrust,
		Assigned:    m.Assigned,
		SeenAt:      micros(m.SeenAt),
	}
}

func (r memberRow) member() meeting.Member {
	return meeting.Member{
		Person: meeting.Person{
			ID:        r.Account.Object(),
			UPN:       r.UPN,
			Name:      r.Name,
			Mail:      r.Mail,
			Addresses: r.Addresses,
			Language:  r.Language,
			Disabled:  r.Disabled,
			Guest:     r.Guest,
			Licensed:  r.Licensed,
		},
		Account:  r.Account,
		Standing: r.Standing,
		Host: meeting.WebexPerson{
			ID:      r.HostID,
			Email:   r.HostEmail,
			Aliases: r.HostAliases,
			Sites:   r.HostSites,
			MayHost: r.HostEmail != "",
		},
		HostTrust: r.HostTrust,
		Assigned:  r.Assigned,
		SeenAt:    moment(r.SeenAt),
	}
}

// Members returns all members of the tenant, ordered by account.
func (s *Store) Members(ctx context.Context, tenant meeting.TenantID) (members []meeting.Member, err error) {
	defer errs.Wrap(&err, "store: members of tenant %s", tenant)
	var rows []memberRow
	err = s.read.WithContext(ctx).Where("tenant = ?", tenant).Order("account").Find(&rows).Error
	for _, row := range rows {
		members = append(members, row.member())
	}
	return members, fault(err)
}
