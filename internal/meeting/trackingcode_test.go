package meeting

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
)

type values = map[string]string

func TestFillTrackingCodes(t *testing.T) {
	t.Parallel()
	centre := TrackingCode{Name: "Cost centre", Options: []string{"4711", "4712"}, Input: SelectInput, Required: true}
	preset := centre
	preset.Default = "4712"
	project := TrackingCode{Name: "Project", Options: []string{"Moon"}, Default: "Moon", Input: EditableSelectInput}
	for _, test := range []struct {
		name      string
		codes     []TrackingCode
		given     values
		preferred values
		want      values
		missing   bool
	}{
		{name: "a site without any"},
		{name: "a site that knows none of them", given: values{"Old": "x"}},
		{name: "given", codes: []TrackingCode{preset, project}, given: values{"Cost centre": "4711", "Project": "Mars"}, want: values{"Cost centre": "4711", "Project": "Mars"}},
		{name: "the site's default", codes: []TrackingCode{preset}, want: values{"Cost centre": "4712"}},
		{name: "the preferred value before it", codes: []TrackingCode{preset}, preferred: values{"Cost centre": "4711"}, want: values{"Cost centre": "4711"}},
		{name: "a preferred value that is gone", codes: []TrackingCode{preset}, preferred: values{"Cost centre": "1"}, want: values{"Cost centre": "4712"}},
		{name: "nothing", codes: []TrackingCode{centre}, missing: true},
		{name: "a given value that is none counts, though there is a default", codes: []TrackingCode{preset}, given: values{"Cost centre": "1"}, missing: true},
		{name: "what is optional stays empty", codes: []TrackingCode{project}, preferred: values{"Project": "Mars"}},
		{name: "an optional value that is none", codes: []TrackingCode{{Name: "Room", Input: SelectInput}}, given: values{"Room": "x"}, missing: true},
		{name: "free text", codes: []TrackingCode{{Name: "Client", Input: TextInput, Required: true}}, given: values{"Client": "Fabrikam"}, want: values{"Client": "Fabrikam"}},
	} {
		got, ok := FillTrackingCodes(test.codes, test.given, test.preferred)
		if diff := cmp.Diff(test.want, got); diff != "" || ok == test.missing {
			t.Errorf("%s: ok is %v (-want +got):\n%s", test.name, ok, diff)
		}
	}
}

func TestCheckedTrackingCodes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ž", 120)
	got, err := Options{TrackingCodes: values{"Cost centre": " 4711 ", "Project": " ", long: long}}.Check()
	if diff := cmp.Diff(values{"Cost centre": "4711", long: long}, got.TrackingCodes); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, bad := range []values{{"": "x"}, {"x": long + "x"}, {long + "x": "x"}, {"x": "\xff"}} {
		if _, err := (Options{TrackingCodes: bad}).Check(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	none, err := Options{TrackingCodes: values{"Project": ""}}.Check()
	if err != nil || none.TrackingCodes != nil {
		t.Errorf("nothing given: %v, %v", none.TrackingCodes, err)
	}
	a, b := Options{TrackingCodes: values{"a": "1"}}, Options{TrackingCodes: values{"a": "2"}}
	if a.Equal(b) || !a.Equal(a) || !(Options{}).Equal(Options{TrackingCodes: values{}}) {
		t.Error("tracking codes are no part of what is equal")
	}
	if got := a.With(Options{}); !got.Equal(a) {
		t.Errorf("a change that says nothing left %v", got)
	}
	if got := a.With(Options{TrackingCodes: values{}}); got.TrackingCodes != nil {
		t.Errorf("a change that clears them left %v", got)
	}
}
