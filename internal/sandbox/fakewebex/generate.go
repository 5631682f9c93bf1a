package fakewebex

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Forms of generated values as in the samples of
// https://developer.webex.com/docs/api/v1/meetings. They come from the seed.

func (s *Server) hex(n int) string    { return s.from("0123456789abcdef", n) }
func (s *Server) digits(n int) string { return s.from("0123456789", n) }

func (s *Server) from(alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[s.rng.IntN(len(alphabet))])
	}
	return b.String()
}

func (s *Server) uuid() string {
	h := s.hex(32)
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:])
}

// opaque is a token or code: base64 text, a cluster and an organisation.
func (s *Server) opaque(org string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	return s.from(alphabet, 64) + "_PF84_" + org
}

// restID is the id of REST answers for a bare uuid.
// https://developer.webex.com/blog/what-the-base-decoding-webex-api-ids
func restID(kind, uuid string) string {
	return base64.RawURLEncoding.EncodeToString([]byte("ciscospark://us/" + kind + "/" + uuid))
}
