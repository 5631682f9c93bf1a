package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

// signedOutKept is how long work waits for a person who does not connect again.
const signedOutKept = 30 * 24 * time.Hour

// consentAwaited is how long a tenant is kept whose consent never worked.
const consentAwaited = 30 * 24 * time.Hour

// webexKeeps is how long Webex keeps a meeting that is over.
// https://developer.webex.com/docs/meetings
const webexKeeps = 180 * 24 * time.Hour

// PurgeExpired deletes what is kept no longer: sessions, flows, and the pane's
// codes and tokens past their end, work that waited for a person for 30 days, ended links 30 days after
// event and end, all others after 180, what became of meetings after 90, disconnected mailboxes and grants whose
// subscription could not be taken down in 24 hours, offers of a Webex
// organisation that nobody confirmed in 24 hours, and tenants whose consent never
// came in 30 days. Members of a tenant stay, also while its consent is withdrawn.
func (s *Store) PurgeExpired(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "store: purge")
	now := s.clock.Now()
	ago := func(d time.Duration) int64 { return micros(now.Add(-d)) }
	db := s.db.WithContext(ctx)
	for _, gone := range []struct {
		what string
		args []any
	}{
		{"sessions WHERE created_at <= ? OR seen_at <= ?", []any{ago(sessionLife), ago(sessionIdle)}},
		{"flows WHERE expires_at <= ?", []any{micros(now)}},
		{"pane_codes WHERE expires_at <= ?", []any{micros(now)}},
		{"pane_tokens WHERE expires_at <= ?", []any{micros(now)}},
		{"work WHERE marked_at <= ? AND reason IN ?", []any{ago(signedOutKept), waitingForPerson}},
		// Webex itself forgets a meeting 180 days after its end.
		{"links WHERE ends_at > 0 AND ends_at <= ? AND updated_at <= ?", []any{ago(webexKeeps), ago(webexKeeps)}},
		{"links WHERE state = ? AND ends_at <= ? AND updated_at <= ?", []any{meeting.LinkEnded, ago(linksKept), ago(linksKept)}},
		{"history WHERE at <= ?", []any{ago(historyKept)}},
		{"hooks WHERE grant_id NOT IN (SELECT id FROM grants WHERE state <> ?)", []any{meeting.GrantDead}},
		{"grants WHERE closing_until > 0 AND closing_until <= ?", []any{micros(now)}},
		{`tenants WHERE state = ? AND proven_at = 0 AND consented_at <= ? AND lease_until <= ?
			AND NOT EXISTS (SELECT 1 FROM members WHERE members.tenant = tenants.id)
			AND NOT EXISTS (SELECT 1 FROM owners WHERE owners.tenant = tenants.id)`,
			[]any{meeting.TenantProving, ago(consentAwaited), s.leaseNow()}},
	} {
		if err := db.Exec("DELETE FROM "+gone.what, gone.args...).Error; err != nil {
			return fault(err)
		}
	}
	if err := s.dropOffers(ctx, ago(offerTime)); err != nil {
		return err
	}
	var closing []meeting.AccountID
	err = s.read.WithContext(ctx).Raw("SELECT id FROM mailboxes WHERE closing_until > 0 AND closing_until <= ? AND lease_until <= ?",
		micros(now), s.leaseNow()).Scan(&closing).Error
	if err != nil {
		return fault(err)
	}
	for _, id := range closing {
		if err := s.giveUpClosing(ctx, id, now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) giveUpClosing(ctx context.Context, id meeting.AccountID, now time.Time) error {
	return s.write(ctx, func(tx *gorm.DB) error {
		row, err := s.lockMailbox(tx, id)
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		if err != nil || row.ClosingUntil == 0 || row.ClosingUntil > micros(now) {
			return err
		}
		return s.erase(tx, id)
	})
}
