package fakems

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

// The pages of Entra: plain HTML without scripts, save the one that posts
// itself. Tests press their buttons by name.

const pageHead = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{template "title" .}}</title>
<style>
:root { color-scheme: light dark; --ink: #1b1a19; --soft: #605e5c; --line: #e1dfdd; --page: #f3f2f1; --card: #fff; --blue: #0f6cbd; --onblue: #fff; --hover: #f5f9fd }
@media (prefers-color-scheme: dark) { :root { --ink: #f3f2f1; --soft: #b3b0ad; --line: #3b3a39; --page: #11100f; --card: #1f1e1d; --blue: #62abf5; --onblue: #08263f; --hover: #292827 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page); color: var(--ink); font: 15px/1.45 "Segoe UI", system-ui, sans-serif }
main { width: min(28rem, calc(100vw - 2rem)); margin: 2rem 0; padding: 2.2rem 2.2rem 1.6rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 2px 12px rgb(0 0 0 / .08) }
h1 { margin: 0 0 .3rem; font-size: 1.5rem; font-weight: 600; line-height: 1.25 }
p { margin: 0 0 1rem } .soft { color: var(--soft) }
.brand { margin: 0 0 1.4rem; font-weight: 600; color: var(--soft) }
ul { margin: 0 0 1.2rem; padding: 0; list-style: none }
li { border-top: 1px solid var(--line) } ul.words li { padding: .6rem 0 } li:last-child { border-bottom: 1px solid var(--line) }
button { font: inherit; color: inherit; cursor: pointer; border-radius: 4px }
button:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px }
.account { display: block; width: 100%; padding: .7rem .5rem; border: 0; background: none; text-align: start }
.account:hover { background: var(--hover) } .account strong, .account span { display: block; overflow-wrap: anywhere } .account strong { font-weight: 600 } .account span { color: var(--soft) }
.row { display: flex; gap: .6rem; justify-content: flex-end; margin-top: 1.2rem }
.row button { min-width: 6.5rem; padding: .45rem 1rem; border: 1px solid var(--line); background: none }
.row button.main { border-color: var(--blue); background: var(--blue); color: var(--onblue) }
footer { margin-top: 1.6rem; font-size: .85rem; color: var(--soft) }
</style>
</head>
<body>
<main>
<p class="brand">Microsoft (sandbox)</p>
{{template "content" .}}
<footer>A local sandbox plays Microsoft here. No password is asked for, nothing leaves this machine.</footer>
</main>
</body>
</html>
`

func newPage(title, content string) *template.Template {
	t := template.Must(template.New("page").Parse(pageHead))
	template.Must(t.New("title").Parse(title))
	template.Must(t.New("content").Parse(content))
	return t
}

var pickerPage = newPage("Sign in to your account", `<h1>Pick an account</h1>
<p class="soft">to continue to {{.App}}</p>
<form method="post" action="{{.Action}}">
<input type="hidden" name="flow" value="{{.Flow}}">
<ul>
{{range .Accounts}}<li><button class="account" name="account" value="{{.ID}}"{{if .Hinted}} autofocus{{end}}><strong>{{.Name}}</strong> <span>{{.UPN}}</span></button></li>
{{end}}</ul>
<div class="row"><button name="cancel" value="1">Cancel</button></div>
</form>
`)

var consentPage = newPage("Permissions requested", `<p class="soft">{{.UPN}}</p>
<h1>Permissions requested</h1>
<p><strong>{{.App}}</strong> would like to:</p>
<ul class="words">
{{range .Words}}<li>{{.}}</li>
{{end}}</ul>
<p class="soft">Accepting these permissions means that you allow this app to use your data as specified in its terms of service and privacy statement.</p>
<form method="post" action="{{.Action}}">
<input type="hidden" name="flow" value="{{.Flow}}">
<div class="row"><button name="cancel" value="1">Cancel</button><button class="main" name="accept" value="1" autofocus>Accept</button></div>
</form>
`)

var adminPage = newPage("Permissions requested", `<p class="soft">{{.UPN}}</p>
<h1>Permissions requested</h1>
<p><strong>Review for your organization</strong></p>
<p><strong>{{.App}}</strong> <span class="soft">(unverified)</span> would like to:</p>
{{with .Alone}}<ul class="words" aria-label="Without a signed-in user">
{{range .}}<li>{{.}}</li>
{{end}}</ul>
{{end}}{{with .Behalf}}<p class="soft">On behalf of signed-in users:</p>
<ul class="words" aria-label="On behalf of signed-in users">
{{range .}}<li>{{.}}</li>
{{end}}</ul>
{{end}}<p class="soft">If you accept, this app will get access to the specified resources for all users in your organization. No one else will be prompted to review these permissions.</p>
<form method="post" action="{{.Action}}">
<input type="hidden" name="flow" value="{{.Flow}}">
<div class="row"><button name="cancel" value="1">Cancel</button><button class="main" name="accept" value="1" autofocus>Accept</button></div>
</form>
`)

var approvalPage = newPage("Need admin approval", `<p class="soft">{{.UPN}}</p>
<h1>Need admin approval</h1>
<p><strong>{{.App}}</strong> needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it. (AADSTS90094)</p>
<form method="post" action="{{.Action}}">
<input type="hidden" name="flow" value="{{.Flow}}">
<div class="row"><button name="cancel" value="1">Return to the application without granting consent</button></div>
</form>
`)

var failurePage = newPage("Sign in to your account", `<h1>Sorry, but we’re having trouble signing you in.</h1>
<p>AADSTS{{.Number}}: {{.Text}}</p>
`)

var signedOutPage = newPage("Sign out", `<h1>You signed out of your account</h1>
<p>It’s a good idea to close all browser windows.</p>
`)

var postPage = newPage("Working…", `<form method="post" action="{{.Action}}">
{{range $name, $values := .Values}}{{range $values}}<input type="hidden" name="{{$name}}" value="{{.}}">
{{end}}{{end}}<div class="row"><button class="main">Continue</button></div>
</form>
<script>document.forms[0].submit()</script>
`)

type account struct {
	ID, Name, UPN string
	Hinted        bool
}

// pickerProps lists the accounts of the authority, the hinted one first. Where
// any organisation may sign in, personal accounts are shown and refused, as a
// browser that remembers one would.
func (s *Server) pickerProps(f *flow) map[string]any {
	return map[string]any{"App": f.app.Name, "Flow": f.id, "Accounts": s.accounts(f.authority, f.hint), "Action": f.action()}
}

func (s *Server) accounts(at authority, hint string) []account {
	var accounts []account
	for _, u := range s.users {
		if at.tenant != nil && !at.admits(u) {
			continue
		}
		a := account{u.ID, u.DisplayName, u.UserPrincipalName, hint != "" && u.has(hint)}
		if a.Hinted {
			accounts = append([]account{a}, accounts...)
			continue
		}
		accounts = append(accounts, a)
	}
	return accounts
}

func (s *Server) consentProps(f *flow, scopes []string) map[string]any {
	var words []string
	for _, scope := range scopes {
		words = append(words, s.words(scope))
	}
	return map[string]any{"App": f.app.Name, "Flow": f.id, "UPN": f.user.UserPrincipalName, "Words": words, "Action": f.action()}
}

func (f *flow) action() string {
	return "/" + url.PathEscape(f.authority.alias) + "/oauth2/v2.0/authorize"
}

func page(status int, t *template.Template, props any) answer {
	var b bytes.Buffer
	if err := t.Execute(&b, props); err != nil {
		panic(err) // our own template
	}
	return answer{status: status, body: b.Bytes(), header: http.Header{
		"Content-Type":    {"text/html; charset=utf-8"},
		"Cache-Control":   {"no-store, no-cache"},
		"X-Frame-Options": {"DENY"},
		"Referrer-Policy": {"strict-origin-when-cross-origin"},
	}}
}

func errorPage(status, number int, text string) answer {
	return page(status, failurePage, map[string]any{"Number": number, "Text": strings.TrimSpace(text)})
}
