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

// hostsAnchor is the place on the console of hosts that owners gave.
const hostsAnchor = "#hosts"

// assignmentForm is a mailbox and its host as they were typed.
type assignmentForm struct {
	mailbox, host string
	refused       string // a sentence; empty: none
	status        int    // of the answer that holds the sentence
	about         string // the field it is about: "mailbox", "host"
}

// assignHost gives a mailbox a Webex host: POST /admin/hosts.
func (s *Server) assignHost(c echo.Context, v visit) error {
	if v.tenant.State != meeting.TenantAuthorised {
		return c.Redirect(http.StatusSeeOther, route.AdminConsent)
	}
	ctx := c.Request().Context()
	form := assignmentForm{mailbox: strings.TrimSpace(c.FormValue("mailbox")), host: strings.TrimSpace(c.FormValue("host"))}
	mailbox, host, form := readAssignment(form)
	var assignment meeting.Assignment
	if form.refused == "" {
		var why meeting.Reason
		var err error
		assignment, why, err = s.Rehearsal.Assign(ctx, v.tenant.ID, mailbox, host)
		if form, err = assignmentRefused(form, why, err); err != nil {
			return err
		}
	}
	if form.refused != "" {
		return s.renderForms(c, v, choiceOf(v.tenant.Choice), form)
	}
	if err := s.Store.SaveAssignment(ctx, v.tenant.ID, assignment); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.Admin+hostsAnchor)
}

// removeHost takes the host back that a mailbox was given: POST
// /admin/hosts/remove.
func (s *Server) removeHost(c echo.Context, v visit) error {
	address := strings.ToLower(strings.TrimSpace(c.FormValue("mailbox")))
	if err := s.Store.DropAssignment(c.Request().Context(), v.tenant.ID, address); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, route.Admin+hostsAnchor)
}

// readAssignment returns the two addresses, or the form with what is wrong.
func readAssignment(form assignmentForm) (mailbox, host string, _ assignmentForm) {
	for _, field := range []struct {
		name, typed string
		address     *string
	}{{"mailbox", form.mailbox, &mailbox}, {"host", form.host, &host}} {
		read, refused := parseAddresses(field.typed)
		if field.typed == "" || len(read) > 1 {
			refused = "Type one address."
		}
		if refused != "" {
			form.status, form.about, form.refused = http.StatusBadRequest, field.name, refused
			return "", "", form
		}
		*field.address = read[0]
	}
	return mailbox, host, form
}

// assignmentRefused says in the form why the mailbox cannot have the host.
func assignmentRefused(form assignmentForm, why meeting.Reason, err error) (assignmentForm, error) {
	refuse := func(status int, about, sentence string) (assignmentForm, error) {
		form.status, form.about, form.refused = status, about, sentence
		return form, nil
	}
	switch errs.KindOf(err) {
	case errs.Forbidden, errs.SignedOut:
		return refuse(http.StatusForbidden, "mailbox", "Microsoft does not let the program look this up. See the authorisation.")
	case errs.Unavailable, errs.Throttled, errs.Uncertain:
		return refuse(http.StatusServiceUnavailable, "mailbox", "Microsoft or Webex does not answer at the moment. Nothing was saved. Please try again in a few seconds.")
	}
	switch why {
	case meeting.LeftUnknown:
		return refuse(http.StatusBadRequest, "mailbox", "Your organisation has no mailbox with the address "+form.mailbox+". The mailbox of a Microsoft 365 group can't be kept in step.")
	case meeting.HostNone:
		return refuse(http.StatusBadRequest, "host", "Webex knows nobody in your organisation with the address "+form.host+".")
	case meeting.HostCannot:
		return refuse(http.StatusBadRequest, "host", "The Webex account "+form.host+" may not host meetings.")
	case meeting.HostNoWebex:
		return refuse(http.StatusConflict, "host", "Connect your Webex organisation first: it is asked whether it knows the host.")
	case "":
		return form, err
	}
	return refuse(http.StatusBadRequest, "mailbox", leftSentence(why))
}

// assignmentProps builds the part of the console that is about them.
func assignmentProps(given []meeting.Assignment, form assignmentForm) views.Assignments {
	props := views.Assignments{Mailbox: form.mailbox, Host: form.host, Refused: form.refused, About: form.about}
	for _, a := range given {
		row := views.Assignment{Mailbox: a.Address, Host: a.HostEmail, URL: listAddress("", a.Address, "") + listAnchor}
		if a.Shared {
			row.Kind = "shared mailbox"
		}
		props.Rows = append(props.Rows, row)
	}
	return props
}
