package fakems

import (
	"slices"
	"strings"
)

const graphResource = "https://graph.microsoft.com/"

// scopeWords are the delegated permissions that can be asked for, in the words
// of the consent page. https://learn.microsoft.com/graph/permissions-reference
var scopeWords = map[string]string{
	"openid":              "Sign you in",
	"profile":             "View your basic profile",
	"email":               "View your email address",
	"offline_access":      "Maintain access to data you have given it access to",
	"User.Read":           "Sign you in and read your profile",
	"User.ReadBasic.All":  "Read all users' basic profiles",
	"Calendars.Read":      "Read your calendars",
	"Calendars.ReadWrite": "Have full access to your calendars",
}

// parseScopes splits a scope parameter into names as Graph lists them, and whole
// ones of other APIs; bad is
// the first that does not exist.
func (s *Server) parseScopes(param string) (scopes []string, bad string) {
	for word := range strings.FieldsSeq(param) {
		name := canonicalScope(strings.TrimPrefix(word, graphResource))
		if api, _ := s.exposed(word); api != nil {
			name = word
		}
		if name == "" {
			return nil, word
		}
		if !slices.Contains(scopes, name) {
			scopes = append(scopes, name)
		}
	}
	return scopes, ""
}

func canonicalScope(word string) string {
	for name := range scopeWords {
		if strings.EqualFold(name, word) {
			return name
		}
	}
	return ""
}

// missingConsent returns what neither the person nor, for everybody, an
// administrator has consented to.
func (s *Server) missingConsent(clientID, userID string, wanted []string) []string {
	have := s.entra.consents[consentKey{clientID, userID}]
	if p := s.entra.principals[principalKeyOf(clientID, s.person(userID).TenantID)]; p != nil {
		have = slices.Concat(have, p.scopes)
	}
	return slices.DeleteFunc(slices.Clone(wanted), func(scope string) bool { return slices.Contains(have, scope) })
}

func isOIDC(scope string) bool { return !strings.ContainsAny(scope, "./") }

// words are a scope in the words of the consent page.
func (s *Server) words(scope string) string {
	if api, name := s.exposed(scope); api != nil {
		return "Use " + api.label() + " on your behalf (" + name + ")"
	}
	return scopeWords[scope]
}
