package fakewebex

import (
	"encoding/base64"
	"fmt"
)

// paged cuts the page that the query asks for out of items, which are sorted
// by key, and sets the Link header when there is more. Unless calm, pages are
// shorter than asked for and may be empty; the list ends where no next link is.
// https://developer.webex.com/docs/basics#pagination
func paged[T any](s *Server, c *call, items []T, key func(T) string, limit int) ([]T, error) {
	cursor := c.query.Get("cursor")
	if cursor != "" {
		raw, err := base64.RawURLEncoding.DecodeString(cursor)
		if err != nil {
			return nil, invalid("Parameter 'cursor' is invalid.")
		}
		for len(items) > 0 && key(items[0]) <= string(raw) {
			items = items[1:]
		}
	}
	size := limit
	if !s.Calm && len(items) > 1 {
		size = 1 + s.rng.IntN(min(limit, len(items)))
	}
	if s.unpleasant(8) && cursor != "" {
		size = 0 // an empty page in the middle, or at the end after the next line's doing
	}
	more := len(items) > size || len(items) > 0 && s.unpleasant(4)
	page := items[:min(size, len(items))]
	if !more {
		return page, nil
	}
	last := ""
	if raw, err := base64.RawURLEncoding.DecodeString(cursor); err == nil {
		last = string(raw)
	}
	if len(page) > 0 {
		last = key(page[len(page)-1])
	}
	q := c.r.URL.Query()
	q.Set("cursor", base64.RawURLEncoding.EncodeToString([]byte(last)))
	c.header.Set("Link", fmt.Sprintf(`<%s%s?%s>; rel="next"`, c.base, c.r.URL.Path, q.Encode()))
	return page, nil
}
