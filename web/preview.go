package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// previewNames is how many people are named of each kind.
const previewNames = 50

// previewMailboxes shows what a choice would change, and changes nothing:
// POST /admin/mailboxes/preview.
func (s *Server) previewMailboxes(c echo.Context, v visit) error {
	if v.tenant.State != meeting.TenantAuthorised {
		return c.Redirect(http.StatusSeeOther, route.AdminConsent)
	}
	choice, form, err := s.readChoice(c, v.tenant)
	if err != nil {
		return err
	}
	var preview meeting.Preview
	if form.refused == "" {
		preview, err = s.Rehearsal.Preview(c.Request().Context(), v.tenant.ID, choice)
		form, err = previewRefused(form, err)
	}
	if err != nil {
		return err
	}
	if form.refused != "" {
		return s.renderConsole(c, v, form)
	}
	props := previewProps(preview, choice)
	props.Frame = s.adminFrame("What would change", route.Admin, v.who, v.role)
	return s.render(c, http.StatusOK, views.PreviewPage(props))
}

// previewRefused says in the form what the directory had against it.
func previewRefused(form choiceForm, err error) (choiceForm, error) {
	switch errs.KindOf(err) {
	case errs.NotFound:
		form.status, form.about, form.refused = http.StatusBadRequest, "group", "Your organisation has no group with this object id."
	case errs.Forbidden:
		form.status, form.about, form.refused = http.StatusForbidden, "who", "Microsoft does not let the program look this up. See which permissions are granted."
		if permission := errs.CodeOf(err); permission != "" {
			form.refused = lackSentence([]string{permission})
		}
	case errs.SignedOut:
		form.status, form.about, form.refused = http.StatusForbidden, "who", "Microsoft no longer lets the program in. See the authorisation."
	case errs.Unavailable, errs.Throttled:
		form.status, form.about, form.refused = http.StatusServiceUnavailable, "who", "Microsoft does not answer at the moment. Please try again in a few seconds."
	default:
		return form, err
	}
	return form, nil
}

// previewProps builds everything but the frame.
func previewProps(p meeting.Preview, choice meeting.Choice) views.Preview {
	props := views.Preview{
		Choice: choiceWords(choice), Who: string(choice.Who), Group: string(choice.Group), Addresses: strings.Join(choice.Addresses, "\n"),
		Begin: number(len(p.Begin)), End: number(len(p.End)), Stay: number(p.Stay),
		Changes: len(p.Begin)+len(p.End) > 0,
		Confirm: "Save this choice", Harmful: len(p.End) > 0,
	}
	if len(p.Begin) > 0 {
		props.Groups = append(props.Groups, nameGroup(count(len(p.Begin), "mailbox begins", "mailboxes begin"),
			"Events with a keyword get their meeting.", views.Good, p.Begin))
	}
	if len(p.End) > 0 {
		props.Groups = append(props.Groups, nameGroup(count(len(p.End), "mailbox ends", "mailboxes end"),
			"Their meetings stay, and no longer follow the events.", views.Bad, p.End))
	}
	hosts := map[meeting.Reason][]meeting.Member{}
	for _, m := range p.NoHost {
		hosts[m.HostTrust] = append(hosts[m.HostTrust], m)
	}
	for _, reason := range byCount(hosts) {
		props.Groups = append(props.Groups, nameGroup(count(len(hosts[reason]), "mailbox without a Webex host", "mailboxes without a Webex host"),
			hostSentence(reason), views.Wait, hosts[reason]))
	}
	left := map[meeting.Reason][]meeting.Member{}
	for _, m := range p.LeftOut {
		left[m.Standing] = append(left[m.Standing], m)
	}
	for _, reason := range byCount(left) {
		props.Groups = append(props.Groups, nameGroup(count(len(left[reason]), "left out", "left out"),
			leftSentence(reason), views.Plain, left[reason]))
	}
	for i := range props.Groups {
		props.Groups[i].ID = "group-" + number(i+1)
	}
	return props
}

func nameGroup(title, text string, tone views.Tone, members []meeting.Member) views.NameGroup {
	group := views.NameGroup{Title: title, Text: text, Tone: tone}
	for i, m := range members {
		if i == previewNames {
			group.More = "and " + number(len(members)-previewNames) + " more"
			break
		}
		group.Names = append(group.Names, memberName(m))
	}
	return group
}

// memberName is what a person who is chosen is called: the name, and the
// address that tells them apart.
func memberName(m meeting.Member) views.Named {
	address := m.Person.UPN
	if address == "" {
		address = m.Person.Mail
	}
	if address == "" {
		address = string(m.Person.ID)
	}
	if m.Person.Name == "" {
		return views.Named{Name: address}
	}
	return views.Named{Name: m.Person.Name, Address: address}
}
