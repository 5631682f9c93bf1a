package graph

import (
	"context"
	"encoding/json"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// Shares lists with whom the owner shares the mailbox's calendar. Graph answers
// it on the owner's behalf alone.
// https://learn.microsoft.com/graph/api/calendar-list-calendarpermissions
func (c *Client) Shares(ctx context.Context, owner meeting.AccountID) (shares []meeting.Share, err error) {
	defer wrap(&err, "list calendar permissions")
	return list(ctx, c, owner, "list calendar permissions", "/v1.0"+userPath(owner)+"/calendar/calendarPermissions",
		func(raw json.RawMessage) (meeting.Share, error) {
			var item struct {
				Role  string `json:"role"`
				Email struct {
					Address string `json:"address"`
				} `json:"emailAddress"`
			}
			err := json.Unmarshal(raw, &item)
			return meeting.Share{Address: strings.ToLower(item.Email.Address), Role: meeting.CalendarRole(item.Role)}, err
		})
}

// Address returns the primary address of a person, as Exchange has it: by their
// own grant, else by the tenant's authorisation. errs.SignedOut: there is
// neither. https://learn.microsoft.com/graph/api/resources/calendar
func (c *Client) Address(ctx context.Context, person meeting.AccountID) (address string, err error) {
	defer wrap(&err, "read own address")
	own, err := c.Profile(ctx, person)
	if err == nil && own.Mail != "" {
		return strings.ToLower(own.Mail), nil
	}
	if err != nil && !errs.Is(err, errs.SignedOut) {
		return "", err
	}
	owner, err := c.CalendarOwner(ctx, person.Tenant(), person.Object())
	if err == nil && owner.Mail == "" {
		err = errs.New(errs.NotFound, "no mail address")
	}
	return strings.ToLower(owner.Mail), err
}
