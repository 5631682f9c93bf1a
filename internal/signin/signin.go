// Package signin takes people through Microsoft's sign-in and consent and
// Webex's authorisation, and speaks to both token endpoints: codes become
// checked identities and tokens, refresh tokens become new ones.
//
// It keeps nothing: states are the caller's, grants and tokens go to store,
// and package token decides when to refresh.
package signin
