package webex

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/wire"
)

const (
	bulkLimit = 100 // invitees of a bulkInsert
	nameLimit = 128 // characters of a displayName
)

// invitee is one on the way to Webex.
// https://developer.webex.com/docs/api/v1/meeting-invitees
type invitee struct {
	Email       string `json:"email"`
	DisplayName string `json:"displayName,omitempty"`
	CoHost      bool   `json:"coHost,omitempty"`
	SendEmail   *bool  `json:"sendEmail,omitempty"` // where the create's own does not count
}

func newInvitee(i meeting.Invitee) invitee {
	name := []rune(i.Name)
	return invitee{Email: strings.ToLower(i.Email), DisplayName: string(name[:min(len(name), nameLimit)]), CoHost: i.CoHost}
}

// Invitees lists whom the meeting invites, by address.
// https://developer.webex.com/docs/api/v1/meeting-invitees/list-meeting-invitees
func (c *Client) Invitees(ctx context.Context, host meeting.Host, id meeting.MeetingID) (all []meeting.Invitee, err error) {
	defer wrap(&err, "list invitees")
	return c.invitees(ctx, host, id)
}

func (c *Client) invitees(ctx context.Context, host meeting.Host, id meeting.MeetingID) ([]meeting.Invitee, error) {
	type item struct {
		ID     wire.Text       `json:"id"`
		Email  wire.Text       `json:"email"`
		Name   wire.Text       `json:"displayName"`
		CoHost wire.Flag       `json:"coHost"`
		Errors json.RawMessage `json:"errors"`
	}
	q := url.Values{"meetingId": {string(id)}, "max": {"100"}}
	items, err := list[item](ctx, c, host, "list invitees", address("/v1/meetingInvitees", q, host))
	if err != nil {
		return nil, err
	}
	var all []meeting.Invitee
	for _, i := range items {
		if i.ID != "" && i.Email != "" { // else Webex could not show it
			all = append(all, meeting.Invitee{ID: string(i.ID), Email: strings.ToLower(string(i.Email)), Name: string(i.Name), CoHost: bool(i.CoHost)})
		}
	}
	slices.SortFunc(all, func(a, b meeting.Invitee) int { return strings.Compare(a.Email, b.Email) })
	return all, nil
}

// AddInvitees adds those who are not there yet, in bulks of 100, and makes those
// who are there cohosts, or no longer so, as add has it. It lists first: a bulk
// with one who is there is refused whole, without saying who.
// https://developer.webex.com/docs/api/v1/meeting-invitees/create-meeting-invitees
func (c *Client) AddInvitees(ctx context.Context, host meeting.Host, id meeting.MeetingID, add []meeting.Invitee) (err error) {
	defer wrap(&err, "add invitees")
	missing, others, err := c.missing(ctx, host, id, add)
	if err != nil {
		return err
	}
	for bulk := range slices.Chunk(missing, bulkLimit) {
		err := c.addBulk(ctx, host, id, bulk)
		if errs.Is(err, errs.Conflict) {
			err = c.addSingly(ctx, host, id, bulk)
		}
		if err != nil {
			return err
		}
	}
	for _, i := range others {
		if err := c.changeInvitee(ctx, host, i); err != nil {
			return err
		}
	}
	return nil
}

// missing returns who of add is not invited yet, each address once, and who is
// there with another part than add has for them.
func (c *Client) missing(ctx context.Context, host meeting.Host, id meeting.MeetingID, add []meeting.Invitee) (missing []invitee, others []meeting.Invitee, err error) {
	if len(add) == 0 {
		return nil, nil, nil
	}
	there, err := c.invitees(ctx, host, id)
	if err != nil {
		return nil, nil, err
	}
	known := map[string]meeting.Invitee{}
	for _, i := range there {
		known[i.Email] = i
	}
	for _, i := range add {
		wish := newInvitee(i)
		is, ok := known[wish.Email]
		switch {
		case !ok:
			wish.SendEmail = new(false)
			missing = append(missing, wish)
		case is.ID != "" && is.CoHost != i.CoHost:
			is.CoHost = i.CoHost
			others = append(others, is)
		}
		known[wish.Email] = meeting.Invitee{} // once is enough
	}
	return missing, others, nil
}

// changeInvitee keeps address and name, which it has to send all the same; one
// who is gone meanwhile is success.
// https://developer.webex.com/docs/api/v1/meeting-invitees/update-a-meeting-invitee
func (c *Client) changeInvitee(ctx context.Context, host meeting.Host, i meeting.Invitee) error {
	body := struct {
		invitee
		CoHost    bool   `json:"coHost"` // said also when false
		HostEmail string `json:"hostEmail,omitempty"`
	}{newInvitee(i), i.CoHost, host.Email}
	body.SendEmail = new(false)
	_, err := c.act(ctx, host, wire.Call{
		Op: "change invitee", Method: http.MethodPut, URL: "/v1/meetingInvitees/" + url.PathEscape(i.ID), Body: body,
	}, nil)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

func (c *Client) addBulk(ctx context.Context, host meeting.Host, id meeting.MeetingID, bulk []invitee) error {
	body := struct {
		MeetingID meeting.MeetingID `json:"meetingId"`
		HostEmail string            `json:"hostEmail,omitempty"`
		Items     []invitee         `json:"items"`
	}{id, host.Email, bulk}
	_, err := c.act(ctx, host, wire.Call{
		Op: "add invitees", Method: http.MethodPost, URL: "/v1/meetingInvitees/bulkInsert", Body: body,
	}, nil)
	return err
}

// addSingly is for a bulk with somebody who came meanwhile, or whom the list
// does not show.
func (c *Client) addSingly(ctx context.Context, host meeting.Host, id meeting.MeetingID, bulk []invitee) error {
	for _, one := range bulk {
		body := struct {
			MeetingID meeting.MeetingID `json:"meetingId"`
			HostEmail string            `json:"hostEmail,omitempty"`
			invitee
		}{id, host.Email, one}
		_, err := c.act(ctx, host, wire.Call{
			Op: "add invitee", Method: http.MethodPost, URL: "/v1/meetingInvitees", Body: body,
		}, nil)
		if err != nil && !errs.Is(err, errs.Conflict) {
			return err
		}
	}
	return nil
}

// RemoveInvitee takes the invitee's own id; one that is gone is success.
// https://developer.webex.com/docs/api/v1/meeting-invitees/delete-a-meeting-invitee
func (c *Client) RemoveInvitee(ctx context.Context, host meeting.Host, inviteeID string) (err error) {
	defer wrap(&err, "remove invitee")
	_, err = c.act(ctx, host, wire.Call{
		Op: "remove invitee", Method: http.MethodDelete,
		URL: address("/v1/meetingInvitees/"+url.PathEscape(inviteeID), url.Values{"sendEmail": {"false"}}, host),
	}, nil)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}
