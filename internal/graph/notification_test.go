package graph

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const (
	change = `{"subscriptionId":"5522bd62-0000-4000-8000-00b916f6151a","subscriptionExpirationDateTime":"2026-11-29T11:00:00+00:00",
		"changeType":"updated","resource":"Users/0a1b/Events/AAMkAG=","resourceData":{"@odata.type":"#Microsoft.Graph.Event",
		"@odata.id":"Users/0a1b/Events/AAMkAG=","@odata.etag":"W/\"CQ\"","id":"AAMkAG="},"clientState":"row.secret","tenantId":"TID"}`
	lifecycle = `{"subscriptionId":"5522bd62-0000-4000-8000-00b916f6151a","subscriptionExpirationDateTime":"2026-11-29T11:00:00.0000000Z",
		"tenantId":"tid","clientState":"row.secret","lifecycleEvent":"reauthorizationRequired"}`
)

func TestParseNotifications(t *testing.T) {
	t.Parallel()
	base := meeting.Notification{
		Subscription: "5522bd62-0000-4000-8000-00b916f6151a", ClientState: meeting.NewSecret("row.secret"), Tenant: "tid", Event: "AAMkAG=",
	}
	deleted, reauthorize := base, base
	deleted.Deleted = true
	reauthorize.Event, reauthorize.Lifecycle = "", meeting.ReauthorizationRequired
	for _, test := range []struct {
		name, items string
		want        []meeting.Notification
	}{
		{"none", ``, []meeting.Notification{}},
		{"change", change, []meeting.Notification{base}},
		{"lifecycle", lifecycle, []meeting.Notification{reauthorize}},
		{"lifecycle with a resource and another word for the tenant",
			`{"subscriptionId":"5522bd62-0000-4000-8000-00b916f6151a","organizationId":"tid","clientState":"row.secret",
			"lifecycleEvent":"reauthorizationRequired","resource":"Users/0a1b/Events/AAMkAG=","resourceData":{"id":"AAMkAG="}}`,
			[]meeting.Notification{reauthorize}},
		{"deletion that names the event in its resource only",
			`{"subscriptionId":"5522bd62-0000-4000-8000-00b916f6151a","changeType":"Deleted","resource":"/users/0a1b/events/AAMkAG=",
			"resourceData":null,"clientState":"row.secret","tenantId":"tid"}`, []meeting.Notification{deleted}},
		{"odd resource data", `{"subscriptionId":"5522bd62-0000-4000-8000-00b916f6151a","changeType":"updated","resource":"Users/0a1b/Events/AAMkAG=",
			"resourceData":["x"],"clientState":"row.secret","tenantId":"tid"}`, []meeting.Notification{base}},
		{"id with slashes", `{"resource":"Users/0a1b/Events/AA/Mk+AG="}`, []meeting.Notification{{Event: "AA/Mk+AG="}}},
		{"another resource", `{"resource":"Users/0a1b/Messages/AAMkAG="}`, []meeting.Notification{{}}},
		{"odd items beside a good one", `7,null,"x",[],` + change + `,{"clientState":{"a":1},"tenantId":5}`,
			[]meeting.Notification{{}, {}, {}, {}, base, {}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseNotifications([]byte(`{"value":[` + test.items + `]}`))
			if diff := cmp.Diff(test.want, got, secrets); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestMalformedNotifications(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `x`, `[]`, `{}`, `null`, `{"value":null}`, `{"value":{}}`, `{"value":"x"}`, `{"value":[]`, `{"value":[]}x`} {
		if got, err := ParseNotifications([]byte(body)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v, %v, want invalid", body, got, err)
		}
	}
}

// secrets compares them by value.
var secrets = cmp.Transformer("reveal", meeting.Secret.Reveal)

func FuzzParseNotifications(f *testing.F) {
	f.Add([]byte(`{"value":[` + change + `,` + lifecycle + `]}`))
	f.Add([]byte(`{"value":[{"resource":"Users//Events/","resourceData":{"id":1}},null]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		items, err := ParseNotifications(body)
		if err != nil {
			if !errs.Is(err, errs.Invalid) || items != nil {
				t.Errorf("%v beside %d items, want invalid", err, len(items))
			}
			return
		}
		for _, item := range items {
			if item.Lifecycle != "" && (item.Event != "" || item.Deleted) {
				t.Errorf("lifecycle notification of an event: %+v", item)
			}
		}
	})
}
