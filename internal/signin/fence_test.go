package signin

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestFenceLetsNothingElseOut(t *testing.T) {
	t.Parallel()
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "in") }))
	defer inside.Close()
	outside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a call got out") }))
	defer outside.Close()
	_, client, err := fenced(inside.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Get(inside.URL + "/path")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp, err := client.Get(outside.URL); err == nil {
		resp.Body.Close()
		t.Error("another port was called")
	}
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	base, client, err := fenced("https://Login.Example/", &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: r}, nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	if base != "https://Login.Example" {
		t.Errorf("base %q", base)
	}
	for address, want := range map[string]bool{
		"https://login.example/x":       true,
		"https://login.example:443/x":   true,
		"https://login.example:8443/x":  false,
		"http://login.example/x":        false,
		"https://login.example.evil/x":  false,
		"https://evil.login.example/x":  false,
		"https://login.example@evil/x":  false,
		"https://evil#login.example/x":  false,
		"https://login.example./x":      false,
		"https://u:p@login.example/x":   true, // the same server; nobody makes such
		"https://login.example\\@evil/": false,
	} {
		resp, err := client.Get(address)
		if err == nil {
			resp.Body.Close()
		}
		if got := err == nil; got != want {
			t.Errorf("%s: let out %t, want %t", address, got, want)
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
