package graph

import (
	"encoding/json"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type notification struct {
	SubscriptionID loose `json:"subscriptionId"`
	ClientState    loose `json:"clientState"`
	TenantID       loose `json:"tenantId"`
	OrganizationID loose `json:"organizationId"` // in some lifecycle notifications
	ChangeType     loose `json:"changeType"`
	LifecycleEvent loose `json:"lifecycleEvent"`
	Resource       loose `json:"resource"`
	// ResourceData is an object; an odd one must not cost the rest of the item.
	ResourceData json.RawMessage `json:"resourceData"`
}

// loose is a JSON string; anything else is empty.
type loose string

func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = ""
	}
	*l = loose(s)
	return nil
}

// ParseNotifications reads what Graph posts to either of our addresses.
// Nothing of it is trusted: an item that is odd stays an item, with empty
// fields, for the caller to refuse without its neighbours. errs.Invalid: it is
// not JSON with a list of items.
// https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
// https://learn.microsoft.com/graph/change-notifications-lifecycle-events
func ParseNotifications(body []byte) ([]meeting.Notification, error) {
	var envelope struct {
		Value *[]json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil || envelope.Value == nil {
		return nil, errs.New(errs.Invalid, "graph: notifications: want JSON with a list called value")
	}
	items := make([]meeting.Notification, len(*envelope.Value))
	for i, raw := range *envelope.Value {
		items[i] = parseNotification(raw)
	}
	return items, nil
}

func parseNotification(raw json.RawMessage) meeting.Notification {
	var n notification
	if json.Unmarshal(raw, &n) != nil {
		return meeting.Notification{}
	}
	item := meeting.Notification{
		Subscription: string(n.SubscriptionID),
		ClientState:  meeting.NewSecret(string(n.ClientState)),
		Tenant:       meeting.TenantID(strings.ToLower(string(n.TenantID))),
		Lifecycle:    meeting.LifecycleEvent(n.LifecycleEvent),
	}
	if item.Tenant == "" {
		item.Tenant = meeting.TenantID(strings.ToLower(string(n.OrganizationID)))
	}
	if item.Lifecycle != "" {
		return item
	}
	item.Deleted = strings.EqualFold(string(n.ChangeType), "deleted")
	var data struct {
		ID loose `json:"id"`
	}
	_ = json.Unmarshal(n.ResourceData, &data) // odd: the resource names the event too
	if item.Event = meeting.EventID(data.ID); item.Event == "" {
		item.Event = eventOf(string(n.Resource))
	}
	return item
}

// eventOf takes the id out of "Users/{oid}/Events/{id}", whose capitals differ
// between pages and whose id may hold a slash.
func eventOf(resource string) meeting.EventID {
	parts := strings.SplitN(strings.TrimPrefix(resource, "/"), "/", 4)
	if len(parts) != 4 || !strings.EqualFold(parts[0], "users") || !strings.EqualFold(parts[2], "events") {
		return ""
	}
	return meeting.EventID(parts[3])
}
