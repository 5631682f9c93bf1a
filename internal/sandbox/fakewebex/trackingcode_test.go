package fakewebex

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var trackingSite = Site{URL: siteURL, TrackingCodes: []TrackingCode{
	{ID: "c1", Name: "Cost centre", Options: []string{"4711", "4712"}, Default: "4712", Input: SelectInput, Type: RequiredCode},
	{ID: "c2", Name: "Project", Options: []string{"Moon"}, Input: EditableSelectInput},
	{ID: "c3", Name: "Badge", Input: HostProfileInput, Type: RequiredCode},
	{ID: "c4", Name: "Region", Type: AdminSetCode},
	{ID: "c5", Name: "Old", Type: NotUsedCode},
}}

func TestListTrackingCodes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const path = "/v1/meetings/trackingCodes"
	if a := b.do("GET", path+"?service=MeetingCenter", ""); a.status != 200 || len(a.items()) != 0 {
		t.Errorf("of a site without: %d %s", a.status, a.raw)
	}
	b.AddSite(trackingSite)
	items := b.do("GET", path+"?service=MeetingCenter", "").items()
	want := map[string]any{"id": "c1", "name": "Cost centre", "siteUrl": siteURL, "inputMode": "select", "service": "MeetingCenter", "type": "required",
		"options": []any{map[string]any{"value": "4711", "defaultValue": false}, map[string]any{"value": "4712", "defaultValue": true}}}
	if len(items) != 5 {
		t.Fatalf("got %v", items)
	}
	if diff := cmp.Diff(want, items[0]); diff != "" {
		t.Errorf("code (-want +got):\n%s", diff)
	}
	if items[3]["inputMode"] != "text" || items[3]["type"] != "adminSet" {
		t.Errorf("got %v", items[3])
	}
	if a := b.do("GET", path+"?service=MeetingCenter&siteUrl=lab.webex.com", ""); a.status != 200 || len(a.items()) != 0 {
		t.Errorf("of another site: %d %s", a.status, a.raw)
	}
	for _, q := range []string{"", "service=MeetingCentre", "service=MeetingCenter&siteUrl=fabrikam.webex.com"} {
		if a := b.do("GET", path+"?"+q, ""); a.status != 400 {
			t.Errorf("%q: got %d %s", q, a.status, a.raw)
		}
	}
}

func TestTrackingCodesOfAMeeting(t *testing.T) {
	t.Parallel()
	code := func(name, value string) change { return change{"name": name, "value": value} }
	right := code("Cost centre", "4711")
	for _, test := range []struct {
		name  string
		codes any
		want  string // of the refusal
	}{
		{"required", []any{right}, ""},
		{"required and an own value", []any{right, code("Project", "Mars")}, ""},
		{"none", nil, "Tracking code 'Cost centre' is required."},
		{"an empty list", []any{}, "Tracking code 'Cost centre' is required."},
		{"not the required one", []any{code("Project", "Moon")}, "Tracking code 'Cost centre' is required."},
		{"not an option", []any{code("Cost centre", "1")}, "Tracking code 'Cost centre' has no option '1'."},
		{"unknown", []any{right, code("cost centre", "4711")}, "Tracking code 'cost centre' is not one of the site's."},
		{"of the host's profile", []any{right, code("Badge", "1")}, "Tracking code 'Badge' is not one of the site's."},
		{"the administrator's", []any{right, code("Region", "EU")}, "Tracking code 'Region' is not one of the site's."},
		{"not used", []any{right, code("Old", "x")}, "Tracking code 'Old' is not one of the site's."},
		{"twice", []any{right, right}, "Tracking code 'Cost centre' is given twice."},
		{"without a value", []any{code("Cost centre", " ")}, "Parameter 'value' of 'trackingCodes' cannot be empty."},
		{"without a name", []any{change{"value": "4711"}}, "Parameter 'name' of 'trackingCodes' cannot be empty."},
		{"long", []any{right, code("Project", strings.Repeat("x", 121))}, "Parameter 'value' of 'trackingCodes' cannot exceed 120 characters."},
		{"of another form", "4711", "Parameter 'trackingCodes' must be a list of objects with name and value."},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.AddSite(trackingSite)
			a := b.do("POST", "/v1/meetings", meetingBody(t, change{"trackingCodes": test.codes}))
			if test.want == "" {
				if a.status != 200 || !cmp.Equal(len(a.body["trackingCodes"].([]any)), len(test.codes.([]any))) {
					t.Errorf("got %d %s", a.status, a.raw)
				}
				return
			}
			if a.status != 400 || a.body["message"] != textInvalid || a.text() != test.want {
				t.Errorf("got %d %s", a.status, a.raw)
			}
		})
	}
}

func TestChangedTrackingCodes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	old := "/v1/meetings/" + id(b.create(""))
	b.AddSite(trackingSite)
	made := b.do("POST", "/v1/meetings", meetingBody(t, change{"trackingCodes": []any{change{"name": "Cost centre", "value": "4711"}}}))
	path := "/v1/meetings/" + id(made.body)
	check := func(value string) {
		t.Helper()
		want := []any{map[string]any{"name": "Cost centre", "value": value}}
		if diff := cmp.Diff(want, b.do("GET", path, "").body["trackingCodes"]); diff != "" {
			t.Errorf("codes (-want +got):\n%s", diff)
		}
	}
	patch := func(path, codes string, status int) {
		t.Helper()
		if a := b.do("PATCH", path, `{"title":"Other"`+codes+`,"sendEmail":false}`); a.status != status {
			t.Errorf("%s: got %d %s", codes, a.status, a.raw)
		}
	}
	patch(path, "", 200)
	check("4711")
	patch(path, `,"trackingCodes":[{"name":"Cost centre","value":"4712"}]`, 200)
	check("4712")
	patch(path, `,"trackingCodes":null`, 400)
	patch(path, `,"trackingCodes":[{"name":"Cost centre","value":"4713"}]`, 400)
	check("4712")
	patch(old, "", 200) // made before the site asked for one
}
