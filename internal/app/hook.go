package app

import (
	"context"

	"webex-scheduler/internal/doctor"
	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
	"webex-scheduler/internal/seal"
	"webex-scheduler/internal/store"
	"webex-scheduler/internal/syncer"
	"webex-scheduler/internal/webex"
)

// hooks joins Webex's signatures and JSON with the syncer's intake.
type hooks struct {
	store  *store.Store
	intake syncer.HookIntake
	keys   []seal.Key // with which the doctor signs
	count  func(result string, n int)
}

// ReceiveHook takes one delivery. errs.SignedOut: it is not signed with the
// webhook's secret, or more weakly than before.
func (h *hooks) ReceiveHook(ctx context.Context, id, spark, strong string, body []byte) error {
	if id == doctor.HookID {
		return h.receiveDoctor(spark, strong, body)
	}
	hook, err := h.store.HookByID(ctx, id)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	ok, isStrong := webex.Signed(hook.Secret, body, spark, strong)
	if !ok || hook.Strong && !isStrong {
		h.count("ignored", 1)
		return errs.New(errs.SignedOut, "hook: not signed by Webex")
	}
	if isStrong && !hook.Strong {
		if err := h.store.HookIsStrong(ctx, hook.ID); err != nil {
			return err
		}
	}
	return h.take(ctx, hook, body)
}

// receiveDoctor takes a delivery of the doctor's: that it arrived as it was
// signed is all that there is to it.
func (h *hooks) receiveDoctor(spark, strong string, body []byte) error {
	for _, key := range h.keys {
		secret, err := doctor.HookSecret(key)
		if err != nil {
			return err
		}
		if ok, _ := webex.Signed(secret, body, spark, strong); ok {
			return nil
		}
	}
	return errs.New(errs.SignedOut, "hook: not signed by the doctor")
}

func (h *hooks) take(ctx context.Context, hook meeting.Hook, body []byte) error {
	of, whole, err := webex.ParseHook(body)
	if err != nil {
		return err
	}
	if err := h.intake.Receive(ctx, hook, of, whole); err != nil {
		h.count("failed", 1)
		return err
	}
	h.count("marked", 1)
	return nil
}
