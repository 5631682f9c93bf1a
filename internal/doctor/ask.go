package doctor

import (
	"context"
	"io"
	"net/http"
	"strings"
)

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string // up to mostBody
}

const mostBody = 256 << 10

// ask sends a request with headers in pairs and reads the answer. No redirect is
// followed.
func (d *doctor) ask(ctx context.Context, method, address, body string, headers ...string) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := d.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	read, err := io.ReadAll(io.LimitReader(res.Body, mostBody))
	return answer{res.StatusCode, res.Header, string(read)}, err
}

func (d *doctor) get(ctx context.Context, address string, headers ...string) (answer, error) {
	return d.ask(ctx, http.MethodGet, address, "", headers...)
}

// follow asks address and goes where it leads, as a browser without cookies,
// until it would come to us: sent is the query it would bring. Otherwise last is
// where it ended.
func (d *doctor) follow(ctx context.Context, address, us string) (sent string, back bool, last answer, err error) {
	const most = 10
	for range most {
		if last, err = d.get(ctx, address); err != nil {
			return "", false, last, err
		}
		location := last.header.Get("Location")
		if last.status/100 != 3 || location == "" {
			return "", false, last, nil
		}
		if query, ours := strings.CutPrefix(location, us+"?"); ours {
			return query, true, last, nil
		}
		from, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return "", false, last, err
		}
		next, err := from.URL.Parse(location)
		if err != nil {
			return "", false, last, err
		}
		address = next.String()
	}
	return "", false, last, nil
}
