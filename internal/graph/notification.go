package graph

import (
	"cmp"
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// notification is an item as Graph posts it. A field of another kind than its own
// is left empty, as is an item that is no object: encoding/json goes on behind
// either. One pass over the bytes: notifications come in crowds.
type notification struct {
	SubscriptionID string `json:"subscriptionId"`
	ClientState    string `json:"clientState"`
	TenantID       string `json:"tenantId"`
	OrganizationID string `json:"organizationId"` // in some lifecycle notifications
	ChangeType     string `json:"changeType"`
	LifecycleEvent string `json:"lifecycleEvent"`
	Resource       string `json:"resource"`
	ResourceData   struct {
		ID string `json:"id"`
	} `json:"resourceData"`
}

// ParseNotifications reads what Graph posts to either of our addresses.
// Nothing of it is trusted: an item that is odd stays an item, with empty
// fields, for the caller to refuse without its neighbours. errs.Invalid: it is
// not JSON with a list of items.
// https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
// https://learn.microsoft.com/graph/change-notifications-lifecycle-events
func ParseNotifications(body []byte) ([]meeting.Notification, error) {
	var envelope struct {
		Value *[]notification `json:"value"`
	}
	err := json.Unmarshal(body, &envelope)
	if odd, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && odd.Field != "" && odd.Type != reflect.TypeFor[[]notification]() {
		err = nil // inside an item, or one of them
	}
	if err != nil || envelope.Value == nil {
		return nil, errs.New(errs.Invalid, "graph: notifications: want JSON with a list called value")
	}
	items := make([]meeting.Notification, len(*envelope.Value))
	for i, n := range *envelope.Value {
		items[i] = n.item()
	}
	return items, nil
}

func (n notification) item() meeting.Notification {
	item := meeting.Notification{
		Subscription: n.SubscriptionID,
		ClientState:  meeting.NewSecret(n.ClientState),
		Tenant:       meeting.TenantID(strings.ToLower(cmp.Or(n.TenantID, n.OrganizationID))),
		Lifecycle:    meeting.LifecycleEvent(n.LifecycleEvent),
	}
	if item.Lifecycle != "" {
		return item
	}
	item.Deleted = strings.EqualFold(n.ChangeType, "deleted")
	if item.Event = meeting.EventID(n.ResourceData.ID); item.Event == "" {
		item.Event = eventOf(n.Resource)
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
