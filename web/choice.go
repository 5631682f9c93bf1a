package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/route"
	"webex-scheduler/views"
)

// maxChoiceForm holds the longest list that is taken, with names beside it.
const maxChoiceForm = 1 << 20

// needs says which permissions a choice of mailboxes takes beside the one
// without which nothing works.
var needs = map[meeting.Who][]string{
	meeting.Everybody: {meeting.UserReadAll},
	meeting.Group:     {meeting.GroupMemberReadAll},
}

// choiceForm is a choice of mailboxes as it was typed.
type choiceForm struct {
	who              meeting.Who
	group, addresses string
	refused          string // a sentence; empty: none
	status           int    // of the answer that holds the sentence
	about            string // the field it is about: "who", "group", "addresses"
}

// choiceOf is the form as the choice in force fills it in.
func choiceOf(c meeting.Choice) choiceForm {
	form := choiceForm{who: c.Who, group: string(c.Group), addresses: strings.Join(c.Addresses, "\n")}
	if form.who == "" {
		form.who = meeting.Nobody
	}
	return form
}

// readChoice parses and checks the form. What is wrong with it is told in the
// form's refused; the error is for what no page of ours sends.
func (s *Server) readChoice(c echo.Context, tenant meeting.Tenant) (choice meeting.Choice, form choiceForm, err error) {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxChoiceForm)
	if err := c.Request().ParseForm(); err != nil {
		return choice, form, errs.New(errs.TooLarge, "choice: %w", err)
	}
	form = choiceForm{who: meeting.Who(c.FormValue("who")), group: strings.TrimSpace(c.FormValue("group")), addresses: c.FormValue("addresses")}
	choice.Who = form.who
	refuse := func(status int, about, sentence string) (meeting.Choice, choiceForm, error) {
		form.status, form.about, form.refused = status, about, sentence
		return choice, form, nil
	}
	if lacking := lacks(tenant, form.who); len(lacking) > 0 {
		return refuse(http.StatusForbidden, "who", lackSentence(lacking))
	}
	switch form.who {
	case meeting.Nobody, meeting.Everybody:
	case meeting.Group:
		if !guid.MatchString(form.group) {
			return refuse(http.StatusBadRequest, "group", "Type the group's object id, as Microsoft Entra shows it: 36 letters, digits and hyphens.")
		}
		choice.Group = meeting.ObjectID(strings.ToLower(form.group))
	case meeting.Listed:
		if choice.Addresses, form.refused = parseAddresses(form.addresses); form.refused != "" {
			return refuse(http.StatusBadRequest, "addresses", form.refused)
		}
	default:
		return refuse(http.StatusBadRequest, "who", "Choose one of these.")
	}
	return choice, form, nil
}

// lacks returns the permissions that the choice takes and the tenant has not.
func lacks(tenant meeting.Tenant, who meeting.Who) (missing []string) {
	for _, name := range needs[who] {
		if !tenant.Has(name) {
			missing = append(missing, name)
		}
	}
	return missing
}

func lackSentence(missing []string) string {
	return "Not possible without the permission " + strings.Join(missing, " and ") + "."
}

// chooseMailboxes has other mailboxes kept in step: POST /admin/mailboxes.
func (s *Server) chooseMailboxes(c echo.Context, v visit) error {
	if v.tenant.State != meeting.TenantAuthorised {
		return c.Redirect(http.StatusSeeOther, route.AdminConsent)
	}
	choice, form, err := s.readChoice(c, v.tenant)
	if err != nil {
		return err
	}
	if form.refused != "" {
		return s.renderConsole(c, v, form)
	}
	if err := s.Store.SaveChoice(c.Request().Context(), v.tenant.ID, choice); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.Admin)
}

// choiceProps builds the form.
func choiceProps(tenant meeting.Tenant, form choiceForm) views.ChoiceForm {
	props := views.ChoiceForm{Group: form.group, Addresses: form.addresses, Refused: form.refused, About: form.about}
	for _, option := range []views.Option{
		{Value: string(meeting.Nobody), Text: "Nobody", Hint: "No calendar is opened but those of shared mailboxes with a host. Meetings already made stay."},
		{Value: string(meeting.Listed), Text: "These mailboxes", Hint: "One address a line."},
		{Value: string(meeting.Group), Text: "The members of a group", Hint: "Groups inside it count too. People who join or leave are followed."},
		{Value: string(meeting.Everybody), Text: "Everybody with a licence", Hint: "People who join or leave are followed."},
	} {
		option.Checked = option.Value == string(form.who)
		if lacking := lacks(tenant, meeting.Who(option.Value)); len(lacking) > 0 {
			option.Disabled, option.Hint = true, lackSentence(lacking)
		}
		props.Options = append(props.Options, option)
	}
	return props
}

// choiceWords says whose mailboxes are chosen.
func choiceWords(c meeting.Choice) string {
	switch c.Who {
	case meeting.Everybody:
		return "Everybody with a licence"
	case meeting.Group:
		return "The members of a group"
	case meeting.Listed:
		return count(len(c.Addresses), "listed mailbox", "listed mailboxes")
	}
	return "Nobody"
}

// count is a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// number is n with commas, as English readers group it.
func number(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return number(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

// byCount lists the reasons by how many have them, then by name.
func byCount[T any](groups map[meeting.Reason][]T) []meeting.Reason {
	var reasons []meeting.Reason
	for r := range groups {
		reasons = append(reasons, r)
	}
	slices.SortFunc(reasons, func(a, b meeting.Reason) int {
		if d := len(groups[b]) - len(groups[a]); d != 0 {
			return d
		}
		return strings.Compare(string(a), string(b))
	})
	return reasons
}
