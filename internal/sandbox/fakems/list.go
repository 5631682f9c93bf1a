package fakems

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"strconv"
)

// resume puts the query of an earlier page in the place of a skip token.
func (s *Server) resume(c *call) error {
	token := c.query.Get("$skiptoken")
	if token == "" {
		return nil
	}
	saved, ok := s.links[token]
	if !ok || len(c.query) != 1 {
		s.unexpected("a next link was changed before it was followed: %s", c.query.Encode())
		return badRequest("BadRequest", "Skip token is malformed.")
	}
	c.query = maps.Clone(saved)
	return nil
}

// onePage answers one page of a collection. Ten without $top, a thousand at
// most; a page may be shorter than asked for, and only the absence of a next
// link means the end. https://learn.microsoft.com/graph/paging
func (s *Server) onePage(c *call, u *User, all []*item, narrow func(map[string]any) map[string]any, segment string) (answer, error) {
	size, err := number(c.query, "$top", 10)
	if err != nil || size < 1 || size > 1000 {
		s.unexpected("$top=%s", c.query.Get("$top"))
		return answer{}, badRequest("BadRequest", "The limit of '1000' for Top query has been exceeded. The value from the incoming request is '%s'.", c.query.Get("$top"))
	}
	skip, err := number(c.query, "$skip", 0)
	if err != nil || skip < 0 {
		return answer{}, badRequest("BadRequest", "Invalid value '%s' for $skip.", c.query.Get("$skip"))
	}
	if c.wants.maxPage > 0 {
		size = min(size, c.wants.maxPage)
	}
	if !s.Calm {
		size = min(size, 2+s.rng.IntN(2))
	}
	from := min(skip, len(all))
	to := min(from+size, len(all))
	values := []map[string]any{}
	for _, it := range all[from:to] {
		values = append(values, narrow(it.render(c)))
	}
	body := map[string]any{
		"@odata.context": c.base + "/v1.0/$metadata#users('" + u.ID + "')/" + segment,
		"value":          values,
	}
	if to < len(all) {
		body["@odata.nextLink"] = c.base + c.r.URL.EscapedPath() + "?" + s.nextQuery(c, to)
	}
	return jsonAnswer(http.StatusOK, body), nil
}

// nextQuery is the query of the next page: the same with another $skip, or a
// token that has to be taken as it is.
func (s *Server) nextQuery(c *call, skip int) string {
	next := url.Values(maps.Clone(c.query))
	next.Set("$skip", strconv.Itoa(skip))
	if s.Calm {
		return next.Encode()
	}
	token := base64.RawURLEncoding.EncodeToString(s.bytes(30))
	s.links[token] = next
	return "$skiptoken=" + token
}

func number(q url.Values, name string, def int) (int, error) {
	if !q.Has(name) {
		return def, nil
	}
	return strconv.Atoi(q.Get(name))
}
