package store

import (
	"context"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

type flowRow struct {
	StateHash      string `gorm:"primaryKey"`
	Kind           meeting.FlowKind
	BrowserHash    string
	Account        meeting.AccountID
	Nonce          string
	VerifierSealed []byte
	ReturnTo       string
	ExpiresAt      int64
}

func (flowRow) TableName() string { return "flows" }

func (r flowRow) place() string { return "flows.verifier " + r.StateHash }

// SaveFlow keeps a redirect that was begun.
func (s *Store) SaveFlow(ctx context.Context, flow meeting.Flow) (err error) {
	defer errs.Wrap(&err, "store: save flow")
	if flow.State.Empty() || flow.Browser.Empty() || flow.ExpiresAt.IsZero() {
		return errs.New(errs.Invalid, "flow without state, browser or end")
	}
	row := flowRow{
		StateHash:   hash(flow.State),
		Kind:        flow.Kind,
		BrowserHash: hash(flow.Browser),
		Account:     flow.Account,
		Nonce:       flow.Nonce,
		ReturnTo:    flow.ReturnTo,
		ExpiresAt:   micros(flow.ExpiresAt),
	}
	if row.VerifierSealed, err = s.seal(flow.Verifier, row.place()); err != nil {
		return err
	}
	return fault(s.db.WithContext(ctx).Create(&row).Error)
}

// TakeFlow deletes the flow and returns it, so that it serves once.
// errs.NotFound: unknown, used, expired, of another kind or another browser. The
// last two leave it in place: who saw a state in passing cannot spoil it.
func (s *Store) TakeFlow(ctx context.Context, kind meeting.FlowKind, state, browser meeting.Secret) (_ meeting.Flow, err error) {
	defer errs.Wrap(&err, "store: take %s flow", kind)
	var row flowRow
	taken := s.db.WithContext(ctx).Raw("DELETE FROM flows WHERE state_hash = ? AND kind = ? AND browser_hash = ? RETURNING *",
		hash(state), kind, hash(browser)).Scan(&row)
	if taken.Error != nil {
		return meeting.Flow{}, fault(taken.Error)
	}
	if taken.RowsAffected == 0 || row.ExpiresAt <= s.now() {
		return meeting.Flow{}, errs.New(errs.NotFound, "no such flow")
	}
	verifier, err := s.open(row.VerifierSealed, row.place())
	return meeting.Flow{
		State:     state,
		Kind:      row.Kind,
		Browser:   browser,
		Account:   row.Account,
		Nonce:     row.Nonce,
		Verifier:  verifier,
		ReturnTo:  row.ReturnTo,
		ExpiresAt: moment(row.ExpiresAt),
	}, err
}
