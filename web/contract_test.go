package web_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"webex-scheduler/internal/meeting"
)

// client calls the API as somebody, and holds each request and each answer to
// the document.
type client struct {
	t      *testing.T
	server http.Handler
	token  string
}

// client is one with a token of the pane for account, whose calendar and Webex
// are connected.
func (r *rig) client(t *testing.T, account meeting.AccountID) *client {
	t.Helper()
	r.known(account)
	for _, service := range []meeting.Service{meeting.Microsoft, meeting.Webex} {
		r.store.grants[string(account)+string(service)] = meeting.Grant{Account: account, Service: service, State: meeting.GrantLive,
			Subject: "jana@webex.example", Site: "contoso.webex.com"}
	}
	r.store.hosts[account] = meeting.Grant{ID: "grant", State: meeting.GrantLive, Aliases: []string{"jana@webex.example"}}
	r.store.mailbox = meeting.Mailbox{Connected: true}
	token := strings.Repeat("t", 42) + string(account[len(account)-1])
	r.store.paneTokens[token] = paneToken{session: "hash of s", account: account, until: noon.AddDate(1, 0, 0)}
	return &client{t: t, server: r.Server, token: token}
}

// known is somebody who signed in here before.
func (r *rig) known(account meeting.AccountID) {
	name := "jana"
	if account != jana {
		name = "petr"
	}
	r.store.accounts[account] = meeting.Account{ID: account, UPN: name + "@contoso.example", Name: "Jana Nováková", Language: "cs-CZ", Addresses: []string{name + "@contoso.example"}}
}

func (c *client) get(address string) *http.Response { return c.do(http.MethodGet, address, "") }

func (c *client) do(method, address, body string, headers ...string) *http.Response {
	c.t.Helper()
	b := &browser{t: c.t, server: c.server, cookies: map[string]*http.Cookie{}}
	all := []string{"Authorization", "Bearer " + c.token}
	if body != "" {
		all = append(all, "Content-Type", "application/json")
	}
	res := b.do(method, address, body, append(all, headers...)...)
	text := text(c.t, res)
	res.Body = http.NoBody
	checkCall(c.t, method, address, body, res, text)
	res.Body = io.NopCloser(strings.NewReader(text))
	return res
}

var apiDocument = sync.OnceValue(func() any {
	raw, err := os.ReadFile("openapi.json")
	if err != nil {
		panic(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		panic(err)
	}
	return doc
})

// at follows names and references into the document, and returns the pointer it
// came to.
func at(pointer string) (value any, to string) {
	value = apiDocument()
	if pointer == "" {
		return value, ""
	}
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, part := range parts {
		object, ok := value.(map[string]any)
		if !ok {
			return nil, ""
		}
		if value, ok = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]; !ok {
			return nil, ""
		}
		object, _ = value.(map[string]any)
		if ref, ok := object["$ref"].(string); ok {
			rest := ""
			if i+1 < len(parts) {
				rest = "/" + strings.Join(parts[i+1:], "/")
			}
			return at(strings.TrimPrefix(ref, "#") + rest)
		}
	}
	return value, pointer
}

func checkCall(t *testing.T, method, address, body string, res *http.Response, answer string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	path := u.Path
	if parts := strings.Split(path, "/"); len(parts) > 4 {
		parts[4] = "{key}"
		path = strings.Join(parts, "/")
	}
	operation := "/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + strings.ToLower(method)
	if value, _ := at(operation); value == nil {
		t.Fatalf("the document has no %s %s", method, path)
	}
	if body != "" && res.StatusCode < 400 {
		validate(t, operation+"/requestBody/content/application~1json/schema", body)
	}
	said := operation + "/responses/" + strconv.Itoa(res.StatusCode)
	response, pointer := at(said)
	if response == nil {
		t.Fatalf("%s %s: the document has no answer %d\n%s", method, path, res.StatusCode, answer)
	}
	if headers, ok := response.(map[string]any)["headers"].(map[string]any); ok {
		for name := range headers {
			if res.Header.Get(name) == "" {
				t.Errorf("%s %s: %d without %s", method, path, res.StatusCode, name)
			}
		}
	}
	if res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s %s: Cache-Control = %q", method, path, res.Header.Get("Cache-Control"))
	}
	if name := res.Header.Get("Access-Control-Allow-Origin"); name != "" {
		t.Errorf("%s %s: lets %s in", method, path, name)
	}
	if res.StatusCode == http.StatusNoContent {
		if answer != "" {
			t.Errorf("%s %s: 204 with %q", method, path, answer)
		}
		return
	}
	media, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	validate(t, pointer+"/content/"+strings.ReplaceAll(media, "/", "~1")+"/schema", answer)
}

func validate(t *testing.T, pointer, text string) {
	t.Helper()
	_, pointer = at(pointer)
	if pointer == "" {
		t.Fatal("the document has no schema there")
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("https://scheduler.example/openapi.json", apiDocument()); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("https://scheduler.example/openapi.json#" + pointer)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

// The examples in the document are what it says they are.
func TestExamplesOfTheDocument(t *testing.T) {
	t.Parallel()
	paths, _ := at("/paths")
	found := 0
	for path, item := range paths.(map[string]any) {
		for method := range item.(map[string]any) {
			media := "/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + method + "/requestBody/content/application~1json"
			if example, _ := at(media + "/example"); example != nil {
				found++
				validate(t, media+"/schema", marshal(t, example))
			}
		}
	}
	meeting, _ := at("/components/schemas/Meeting/examples")
	for _, example := range meeting.([]any) {
		found++
		validate(t, "/components/schemas/Meeting", marshal(t, example))
	}
	if found < 5 {
		t.Errorf("%d examples", found)
	}
}
