package doctor

import "context"

// Check is one place that is looked at.
type Check struct {
	Name string
	Asks string // the question it answers, for the documentation

	variables []string // without which it can't be made
	needs     []string // checks that have to be well before
	look      func(*doctor, context.Context) Finding
}

// Names of the checks, as reports have them.
const (
	configuration      = "configuration"
	certificate        = "certificate"
	database           = "database"
	storedSecrets      = "stored secrets"
	administrators     = "administrators"
	publicAddress      = "public address"
	proxy              = "proxy"
	graphHook          = "notifications from Microsoft"
	webexHook          = "notifications from Webex"
	clock              = "clock"
	microsoftSignin    = "Microsoft sign-in"
	microsoftRedirect  = "redirect addresses at Microsoft"
	microsoftGraph     = "Microsoft Graph"
	webexIntegration   = "Webex"
	webexRedirect      = "redirect address at Webex"
	organisations      = "organisations"
	permissions        = "permissions"
	microsoftGrants    = "connections to Microsoft"
	graphSubscriptions = "subscriptions"
	webexGrants        = "connections to Webex"
	webexRegistrations = "webhooks at Webex"
)

// Checks are all there are, in the order in which they are made and mended. That
// of the configuration, the first, was made when it was read.
var Checks = []Check{
	{Name: configuration, Asks: "Is every variable set, and readable? Can the certificate's file be used?"},
	{Name: certificate, Asks: "Is a certificate valid, for 30 days at least?",
		variables: words("MICROSOFT_CERTIFICATE"), look: (*doctor).certificate},
	{Name: database, Asks: "Does it answer? Is it migrated, and not by a newer program?",
		variables: words("DATABASE_URL"), look: (*doctor).database},
	{Name: storedSecrets, Asks: "Is the key of everything sealed among `SCHEDULER_SECRET_KEYS`?",
		variables: words("SECRET_KEYS"), needs: []string{database}, look: (*doctor).storedSecrets},
	{Name: administrators, Asks: "Is everybody known whom `SCHEDULER_ADMINS` names?",
		variables: words("ADMINS"), needs: []string{database}, look: (*doctor).administrators},
	{Name: publicAddress, Asks: "Does this program answer there, and can it work?",
		variables: words("PUBLIC_URL"), look: (*doctor).publicAddress},
	{Name: proxy, Asks: "Do requests and answers pass it as they are: headers, queries, nothing from a cache?",
		needs: []string{publicAddress}, look: (*doctor).proxy},
	{Name: graphHook, Asks: "Does Microsoft's handshake with `/hooks/graph` pass, and within 3 seconds?",
		needs: []string{publicAddress, proxy}, look: (*doctor).graphHook},
	{Name: webexHook, Asks: "Does a signed delivery reach `/hooks/webex` as it was signed? Does a program with our keys answer?",
		variables: words("SECRET_KEYS"), needs: []string{publicAddress, proxy, storedSecrets}, look: (*doctor).webexHook},
	{Name: clock, Asks: "Is this machine's clock within 2 minutes of Microsoft's?",
		variables: words("MICROSOFT_LOGIN_URL"), look: (*doctor).clock},
	{Name: microsoftSignin, Asks: "Does Microsoft know the client id, and the secret or certificate?",
		variables: words("MICROSOFT_CLIENT_ID MICROSOFT_CLIENT_SECRET MICROSOFT_CERTIFICATE MICROSOFT_LOGIN_URL MICROSOFT_GRAPH_URL"), look: (*doctor).microsoftSignin},
	{Name: microsoftRedirect, Asks: "Are our redirect addresses registered there?",
		variables: words("PUBLIC_URL"), needs: []string{publicAddress, microsoftSignin}, look: (*doctor).microsoftRedirect},
	{Name: microsoftGraph, Asks: "Does it answer?",
		variables: words("MICROSOFT_GRAPH_URL"), look: (*doctor).microsoftGraph},
	{Name: webexIntegration, Asks: "Does Webex answer, and know the client id and the secret?",
		variables: words("WEBEX_CLIENT_ID WEBEX_CLIENT_SECRET WEBEX_API_URL"), look: (*doctor).webex},
	{Name: webexRedirect, Asks: "Is our redirect address registered there, and every scope that a person is asked for?",
		variables: words("PUBLIC_URL"), needs: []string{publicAddress, webexIntegration}, look: (*doctor).webexRedirect},
	{Name: organisations, Asks: "Does the consent of every organisation stand?",
		needs: []string{database, microsoftSignin, microsoftGraph}, look: (*doctor).organisations},
	{Name: permissions, Asks: "Has each organisation granted what its settings need, and no more?",
		needs: []string{organisations}, look: (*doctor).permissions},
	{Name: microsoftGrants, Asks: "Are people's own connections alive? (of 20 by a try)",
		needs: []string{database, storedSecrets, microsoftSignin}, look: (*doctor).microsoftGrants},
	{Name: graphSubscriptions, Asks: "Has every mailbox one, and does Graph know it? (of 20 by a look)",
		needs: []string{database, storedSecrets, microsoftSignin, microsoftGraph}, look: (*doctor).subscriptions},
	{Name: webexGrants, Asks: "Are the connections of people and organisations alive, with every scope? (of 20 by a try)",
		needs: []string{database, storedSecrets, webexIntegration}, look: (*doctor).webexGrants},
	{Name: webexRegistrations, Asks: "Are the webhooks there and active? (of 20 connections)",
		needs: []string{database, storedSecrets, publicAddress, webexIntegration}, look: (*doctor).webhooks},
}
