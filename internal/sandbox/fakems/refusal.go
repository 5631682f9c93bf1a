package fakems

import (
	"fmt"
	"net/http"
)

// refusal is an error that Graph answers with.
type refusal struct {
	status  int
	code    string
	message string
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

// deniedByDirectory is the directory's refusal for want of a permission.
var deniedByDirectory = &refusal{http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."}

func badRequest(code, format string, args ...any) *refusal {
	return &refusal{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

func badZone(name string) *refusal {
	return badRequest("TimeZoneNotSupportedException",
		"A valid TimeZone value must be specified. The following TimeZone value is not supported: '%s'.", name)
}
