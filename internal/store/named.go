package store

import (
	"context"
	"strings"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// AccountNamed returns the account of the tenant that has the user principal
// name; errs.NotFound if nobody has.
func (s *Store) AccountNamed(ctx context.Context, tenant meeting.TenantID, upn string) (_ meeting.Account, err error) {
	defer errs.Wrap(&err, "store: account of %s by name", tenant)
	var row accountRow
	err = s.read.WithContext(ctx).Where("id LIKE ?", string(tenant)+"/%").
		Order("id").Take(&row, "lower(upn) = ?", strings.ToLower(upn)).Error
	return meeting.Account(row), fault(err)
}
