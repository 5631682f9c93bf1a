package fakems

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// batchPart is one request of a $batch.
type batchPart struct {
	ID        string            `json:"id"`
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
	DependsOn []string          `json:"dependsOn"`
}

type partResponse struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    any               `json:"body,omitempty"`
}

// batch answers POST /$batch: at most 20 parts, 4 of them at a time, each
// through the same code as a call of its own. Headers of the outer request do
// not apply to the parts, save Authorization.
// https://learn.microsoft.com/graph/json-batching
func (s *Server) batch(c *call) (answer, error) {
	parts, err := s.parts(c)
	if err != nil {
		return answer{}, err
	}
	responses := make([]partResponse, len(parts))
	cut := make([]bool, len(parts))
	done := make(map[string]chan struct{})
	index := make(map[string]int)
	for i, p := range parts {
		done[p.ID], index[p.ID] = make(chan struct{}), i
	}
	slots := make(chan struct{}, 4)
	var wg sync.WaitGroup
	for i, p := range parts {
		wg.Go(func() {
			defer close(done[p.ID])
			for _, before := range p.DependsOn {
				<-done[before]
				if status := responses[index[before]].Status; status >= 400 {
					responses[i] = partResponse{ID: p.ID, Status: http.StatusFailedDependency}
					return
				}
			}
			slots <- struct{}{}
			defer func() { <-slots }()
			responses[i], cut[i] = s.part(c, p)
		})
	}
	wg.Wait()
	if slices.Contains(cut, true) {
		return answer{reset: true}, nil
	}
	if !s.Calm {
		unlock := s.lock()
		s.rng.Shuffle(len(responses), func(i, j int) { responses[i], responses[j] = responses[j], responses[i] })
		unlock()
	}
	return jsonAnswer(http.StatusOK, map[string]any{"responses": responses}), nil
}

// parts reads and checks the batch as a whole; a malformed one is 400.
func (s *Server) parts(c *call) ([]batchPart, error) {
	fields, err := s.body(c)
	if err != nil {
		return nil, err
	}
	malformed := func(message string) ([]batchPart, error) {
		s.unexpected("$batch: %s", message)
		return nil, badRequest("BadRequest", "%s", message)
	}
	var parts []batchPart
	if len(fields) != 1 || s.decode("requests", fields["requests"], &parts) != nil {
		return malformed("Invalid batch payload format.")
	}
	if len(parts) == 0 || len(parts) > 20 {
		return malformed("Number of batch request steps exceeds the maximum value of 20, or is zero.")
	}
	var seen []string
	for _, p := range parts {
		switch {
		case p.ID == "" || slices.Contains(seen, p.ID):
			return malformed("Request id is missing or not unique: '" + p.ID + "'.")
		case p.Method == "" || p.URL == "":
			return malformed("Request " + p.ID + " has no method or url.")
		case p.Body != nil && !hasContentType(p.Headers):
			return malformed("Write request id : " + p.ID + " does not contain Content-Type header or body.")
		case slices.ContainsFunc(p.DependsOn, func(id string) bool { return !slices.Contains(seen, id) }):
			return malformed("Request " + p.ID + " depends on a request that does not come before it.")
		}
		seen = append(seen, p.ID)
	}
	return parts, nil
}

func hasContentType(headers map[string]string) bool {
	for name := range headers {
		if strings.EqualFold(name, "Content-Type") {
			return true
		}
	}
	return false
}

// part runs one part. cut: its connection would have been.
func (s *Server) part(c *call, p batchPart) (response partResponse, cut bool) {
	ctx := context.WithValue(c.r.Context(), partKey{}, true)
	path := "/v1.0/" + strings.TrimPrefix(p.URL, "/")
	r, err := http.NewRequestWithContext(ctx, strings.ToUpper(p.Method), "http://"+c.r.Host+path, bytes.NewReader(p.Body))
	if err != nil || strings.Contains(p.URL, "://") || strings.HasPrefix(path, "/v1.0/v1.0/") || strings.HasPrefix(path, "/v1.0/$batch") {
		s.unexpected("$batch: the url of a part is relative to the version: %q", p.URL)
		return partResponse{ID: p.ID, Status: http.StatusBadRequest, Body: map[string]any{
			"error": map[string]string{"code": "BadRequest", "message": "Invalid request url: " + p.URL},
		}}, false
	}
	r.Header.Set("Authorization", c.r.Header.Get("Authorization"))
	for name, value := range p.Headers {
		r.Header.Set(name, value)
	}
	inner := s.newCall(r)
	inner.base = c.base
	a := s.serveGraph(inner)
	s.finish(inner, a)
	response = partResponse{ID: p.ID, Status: a.status, Headers: make(map[string]string)}
	for name := range a.header {
		response.Headers[name] = a.header.Get(name)
	}
	switch {
	case len(a.body) == 0:
	case strings.HasPrefix(a.header.Get("Content-Type"), "application/json"):
		response.Body = json.RawMessage(a.body)
	default:
		response.Body = base64.StdEncoding.EncodeToString(a.body)
	}
	_, _ = io.Copy(io.Discard, r.Body)
	return response, a.reset
}
