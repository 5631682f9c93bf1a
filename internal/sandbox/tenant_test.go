package sandbox_test

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"webex-scheduler/internal/sandbox"
	"webex-scheduler/internal/sandbox/fakems"
	"webex-scheduler/internal/sandbox/fakewebex"
)

const contosoID = "c0a70500-0000-4000-8000-000000000001"

// appToken asks for a token of the program alone, as it does with the
// certificate.
func (w *world) appToken(tenant string) reply {
	w.t.Helper()
	pair, err := tls.X509KeyPair(w.MicrosoftCertificatePEM, w.MicrosoftCertificatePEM)
	if err != nil {
		w.t.Fatal(err)
	}
	sum := sha256.Sum256(pair.Certificate[0])
	opts := (&jose.SignerOptions{}).WithType("JWT").WithHeader("x5t#S256", base64.RawURLEncoding.EncodeToString(sum[:]))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.PS256, Key: pair.PrivateKey}, opts)
	if err != nil {
		w.t.Fatal(err)
	}
	endpoint, now := w.url+"/"+tenant+"/oauth2/v2.0/token", w.clock.Now()
	assertion, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: w.MicrosoftClientID, Subject: w.MicrosoftClientID, Audience: jwt.Audience{endpoint}, ID: endpoint + now.String(),
		NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(5 * time.Minute)),
	}).Serialize()
	if err != nil {
		w.t.Fatal(err)
	}
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {w.MicrosoftClientID}, "scope": {"https://graph.microsoft.com/.default"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {assertion},
	}
	req, err := http.NewRequestWithContext(w.t.Context(), "POST", endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.exchange(req)
}

// consents clicks through the page of admin consent as somebody, and returns
// where it leads.
func (w *world) consents(who string) *url.URL {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	q := url.Values{"client_id": {w.MicrosoftClientID}, "scope": {"https://graph.microsoft.com/.default"},
		"redirect_uri": {"http://localhost:8080/signin/callback"}, "state": {"s"}}
	u, _ := w.Microsoft.User(who)
	res, err := browser.Get(w.url + "/organizations/v2.0/adminconsent?" + q.Encode())
	for _, button := range [][2]string{{"account", u.ID}, {"accept", "1"}} {
		if err != nil {
			w.t.Fatal(err)
		}
		body, err2 := io.ReadAll(res.Body)
		res.Body.Close()
		if err2 != nil || !strings.Contains(string(body), `name="`+button[0]+`" value="`+button[1]+`"`) {
			w.t.Fatalf("no button %s on %s", button, body)
		}
		m := regexp.MustCompile(`action="([^"]+)">\s*<input type="hidden" name="flow" value="([^"]+)"`).FindStringSubmatch(string(body))
		res, err = browser.PostForm(w.url+m[1], url.Values{"flow": {m[2]}, button[0]: {button[1]}})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	res.Body.Close()
	back, err := res.Location()
	if err != nil {
		w.t.Fatalf("%d: %v", res.StatusCode, err)
	}
	return back
}

// In the sandbox as it comes, an administrator's yes is all it takes to reach
// every calendar of the organisation.
func TestAdministratorSaysYes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	if got := w.appToken(contosoID); !strings.Contains(got.body, "AADSTS700016") {
		t.Errorf("before: %d %s", got.status, got.body)
	}
	if back := w.consents(ana); back.Query().Get("tenant") != contosoID || back.Query().Get("error") != "" {
		t.Fatalf("back with %v", back)
	}
	w.clock.Advance(time.Second) // another assertion
	var token struct {
		AccessToken string `json:"access_token"`
	}
	w.appToken(contosoID).into(t, &token)
	get := func(path string) reply {
		req := w.request("GET", path, nil)
		req.Header.Set("Authorization", "Bearer "+token.AccessToken)
		return w.exchange(req)
	}
	mailboxes := 0
	for _, u := range w.Microsoft.Users() {
		got := get("/v1.0/users/" + u.ID + "/events")
		switch {
		case u.TenantID == contosoID && !u.NoMailbox:
			mailboxes++
			if got.status != 200 {
				t.Errorf("%s: %d %s", u.DisplayName, got.status, got.body)
			}
		case got.status != 404:
			t.Errorf("%s: %d %s, want 404", u.DisplayName, got.status, got.body)
		}
	}
	if mailboxes != 25 {
		t.Errorf("%d mailboxes, want 25", mailboxes)
	}
	// The registration asks for calendars alone.
	if got := get("/v1.0/users"); got.status != 403 {
		t.Errorf("users: %d %s", got.status, got.body)
	}
	if got := w.appToken("fabrikam.example"); !strings.Contains(got.body, "AADSTS700016") {
		t.Errorf("the neighbour: %d %s", got.status, got.body)
	}
}

func TestContoso(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var members, guests, people, product, left, unlicensed, administrators []string
	for _, u := range w.Microsoft.Users() {
		if u.TenantID != contosoID {
			continue
		}
		if strings.Contains(u.UserPrincipalName, "#EXT#") {
			guests = append(guests, u.DisplayName)
			continue
		}
		members = append(members, u.DisplayName)
		if u.Licensed && !u.Disabled {
			people = append(people, u.DisplayName)
		}
		if slices.Contains(u.Groups, sandbox.ProductGroup) {
			product = append(product, u.DisplayName)
		}
		if u.Disabled {
			left = append(left, u.DisplayName)
		}
		if !u.Licensed {
			unlicensed = append(unlicensed, u.DisplayName)
		}
		if slices.Contains(u.Wids, fakems.GlobalAdministrator) || slices.Contains(u.Wids, fakems.PrivilegedRoleAdministrator) {
			administrators = append(administrators, u.DisplayName)
		}
	}
	for name, c := range map[string]struct{ got, want int }{
		"members and a shared mailbox": {len(members), 26}, "guests": {len(guests), 1}, "with a licence who may sign in": {len(people), 23}, "in Product": {len(product), 6},
		"left, or shared": {len(left), 2}, "without a licence": {len(unlicensed), 2}, "administrators": {len(administrators), 2},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", name, c.got, c.want)
		}
	}
	// A program's database knows people by id.
	other := sandbox.New(sandbox.Config{Seed: 99, Clock: w.clock})
	defer other.Close()
	for i, u := range other.Microsoft.Users() {
		if mine := w.Microsoft.Users()[i]; mine.ID != u.ID || mine.UserPrincipalName != u.UserPrincipalName {
			t.Errorf("%s %s in another sandbox is %s %s", mine.UserPrincipalName, mine.ID, u.UserPrincipalName, u.ID)
		}
	}
}

func TestCertificateIsGoodForTwoYears(t *testing.T) {
	t.Parallel()
	w := setup(t)
	pair, err := tls.X509KeyPair(w.MicrosoftCertificatePEM, w.MicrosoftCertificatePEM)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	if now := w.clock.Now(); !cert.NotBefore.Before(now) || cert.NotAfter.Before(now.AddDate(1, 11, 0)) {
		t.Errorf("valid from %v to %v", cert.NotBefore, cert.NotAfter)
	}
}

// What is broken for a person is broken for the app at that person's mailbox.
func TestBreaksMeetTheAppAlone(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Microsoft.GrantTenant(contosoID, w.MicrosoftClientID)
	token := w.Microsoft.IssueAppToken(contosoID, w.MicrosoftClientID)
	status := func(who string) int { return w.with(token, "/v1.0/users/"+who+"/events") }

	w.breaks(sandbox.Break{Fault: sandbox.GraphThrottled, Who: ana, Times: 1})
	mark := w.Trace.Last()
	if got := []int{status(bo), status(ana), status(ana)}; !slices.Equal(got, []int{200, 429, 200}) {
		t.Errorf("bo, ana, ana again: %d", got)
	}
	for _, e := range w.Trace.Since(mark) {
		if e.Actor != "Webex Scheduler" {
			t.Errorf("logged as %q", e.Actor)
		}
	}
	w.breaks(sandbox.Break{Fault: sandbox.MicrosoftTokensExpire, Who: ana})
	if got := status(ana); got != 200 {
		t.Errorf("ana's tokens expired, the app's answered %d", got)
	}
	w.breaks(sandbox.Break{Fault: sandbox.MicrosoftTokensExpire})
	if got := status(ana); got != 401 {
		t.Errorf("all tokens expired, the app's answered %d", got)
	}
	token = w.Microsoft.IssueAppToken(contosoID, w.MicrosoftClientID)
	w.breaks(sandbox.Break{Fault: sandbox.MicrosoftTenantGone, Who: "mia@fabrikam.example"})
	if got := status(ana); got != 200 {
		t.Errorf("the app gone from fabrikam: %d", got)
	}
	w.breaks(sandbox.Break{Fault: sandbox.MicrosoftTenantGone, Who: bo})
	if got := status(ana); got != 401 {
		t.Errorf("the app gone from contoso: %d", got)
	}
	if got := w.appToken(contosoID); !strings.Contains(got.body, "AADSTS700016") {
		t.Errorf("a new token: %d %s", got.status, got.body)
	}
}

// Ana, who administers Contoso at Microsoft, does so at Webex; George does not.
func TestAdministratorsOfWebex(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var administrators []string
	for _, p := range w.Webex.People() {
		if slices.Contains(p.Roles, fakewebex.FullAdmin) {
			administrators = append(administrators, p.Email)
		}
	}
	if want := []string{ana, "noah@fabrikam.example"}; !slices.Equal(administrators, want) {
		t.Errorf("full administrators %q, want %q", administrators, want)
	}
	token, _ := w.Webex.IssueTokens(ana, w.WebexClientID, "spark-admin:people_read", "spark-admin:organizations_read")
	var people struct{ Items []struct{ OrgID string } }
	req := w.request("GET", "/v1/people?email=chiara@contoso-design.example", nil)
	req.Header.Set("Authorization", "Bearer "+token)
	if w.send(req, &people); len(people.Items) != 1 {
		t.Fatalf("found %+v", people)
	}
	var org struct{ DisplayName string }
	req = w.request("GET", "/v1/organizations/"+people.Items[0].OrgID, nil)
	req.Header.Set("Authorization", "Bearer "+token)
	if status := w.send(req, &org); status != 200 || org.DisplayName != "Contoso" {
		t.Errorf("the organisation: %d %+v", status, org)
	}
}
