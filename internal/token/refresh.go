package token

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"webex-scheduler/internal/errs"
	"webex-scheduler/internal/meeting"
)

const (
	refreshLimit = 75 * time.Second // two calls of half a minute, and the store
	leaseLife    = 90 * time.Second // outlives refreshLimit, or two would refresh at once
	lookAgain    = 250 * time.Millisecond
	saveTries    = 3
)

// Keys of the log.
const (
	keyGrant    = "grant_id"
	keyAccount  = "account_id"
	keyService  = "service"
	keyReason   = "reason"
	keyCode     = "code"
	keyDuration = "duration"
	keyError    = "error"
)

// take has the grant's turn: it reads the store and refreshes if that is wanted.
func (s *Source) take(ctx context.Context, e *entry, id meeting.GrantID, refused meeting.Secret) (meeting.Secret, error) {
	patience := s.conf.Clock.Now().Add(leaseLife)
	seen := int64(-1)
	for {
		grant, err := s.conf.Store.GrantByID(ctx, id)
		if err != nil {
			return meeting.Secret{}, absent(err)
		}
		if grant.State == meeting.GrantDead {
			return meeting.Secret{}, &errs.Error{Kind: errs.SignedOut, Message: "grant is dead: " + string(grant.Reason)}
		}
		tokens, version, err := s.conf.Store.Tokens(ctx, id)
		if err != nil {
			return meeting.Secret{}, absent(err)
		}
		now := s.conf.Clock.Now()
		e.remember(now, grant.Service, tokens, version)
		if token, wanted, err := e.next(now, refused); !wanted {
			return token, err
		}
		// No two leases have the same name: a holder who comes too late never
		// takes the next one's lease for its own.
		owner := s.conf.Owner + "." + strconv.FormatInt(s.leases.Add(1), 10)
		leased, err := s.conf.Store.LeaseTokens(ctx, id, owner, version, now.Add(leaseLife))
		if err != nil {
			return meeting.Secret{}, err
		}
		if leased {
			again, err := s.refresh(ctx, e, owner, grant, tokens, version)
			switch {
			case again:
				continue
			case errs.Is(err, errs.SignedOut):
				return meeting.Secret{}, err
			}
			now = s.conf.Clock.Now()
			if token, ok := e.fallback(now, refused); ok {
				return token, nil
			}
			if err == nil {
				err = errs.New(errs.Unavailable, "the new access token is of no use")
			}
			return meeting.Secret{}, err
		}
		// Somebody else refreshes.
		if token, ok := e.fallback(now, refused); ok {
			return token, nil
		}
		if version != seen {
			seen = version // maybe they are done: one look without a wait
			continue
		}
		if now.After(patience) {
			return meeting.Secret{}, errs.New(errs.Unavailable, "refresh by another process does not end")
		}
		select {
		case <-s.conf.Clock.After(lookAgain):
		case <-ctx.Done():
			return meeting.Secret{}, ctx.Err()
		}
	}
}

// refresh is the holder's part. again: the store has something newer by now.
func (s *Source) refresh(ctx context.Context, e *entry, owner string, grant meeting.Grant, old meeting.Tokens, version int64) (again bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshLimit)
	defer cancel()
	began := s.conf.Clock.Now()
	fresh, ok := e.kept(version)
	if !ok {
		fresh, err = s.call(ctx, grant, old)
	}
	now, reason := s.conf.Clock.Now(), meeting.Reason("")
	switch {
	case err == nil:
		var saved bool
		if saved, err = s.save(ctx, grant.ID, owner, version, fresh); saved {
			e.remember(now, grant.Service, fresh, version+1)
		} else if err != nil {
			e.keep(fresh, version)
		}
		again = err == nil && !saved
	case errs.Is(err, errs.SignedOut):
		reason = reasonOf(err)
		if !old.RefreshExpires.IsZero() && !now.Before(old.RefreshExpires) {
			reason = meeting.GrantExpired
		}
		switch ended := s.conf.Store.EndGrant(ctx, grant.ID, version, reason); {
		case errs.Is(ended, errs.Conflict):
			again = true
		case ended != nil:
			// Not known to be dead before it is written down.
			err = ended
		}
	}
	s.report(ctx, grant, s.conf.Clock.Since(began), reason, again, err)
	if err != nil && !again && !errs.Is(err, errs.SignedOut) {
		e.pause(now, err)
		_ = s.conf.Store.FreeTokens(ctx, grant.ID, owner) // else the lease ends by itself
	}
	return again, err
}

// call refreshes with the newest refresh token. If that is refused the one
// before it is tried: the answer that named the newest may have been for
// nothing. Only both refusals end a grant.
func (s *Source) call(ctx context.Context, grant meeting.Grant, old meeting.Tokens) (meeting.Tokens, error) {
	service := s.conf.Microsoft
	if grant.Service == meeting.Webex {
		service = s.conf.Webex
	}
	if old.Refresh.Empty() {
		return meeting.Tokens{}, &errs.Error{Kind: errs.SignedOut, Message: "no refresh token"}
	}
	used := old.Refresh
	fresh, err := service.Refresh(ctx, grant, used)
	if errs.Is(err, errs.SignedOut) && !old.PreviousRefresh.Empty() && old.PreviousRefresh != used {
		first := err
		used = old.PreviousRefresh
		if fresh, err = service.Refresh(ctx, grant, used); errs.Is(err, errs.SignedOut) {
			err = first
		}
	}
	if err != nil {
		return meeting.Tokens{}, err
	}
	if fresh.Refresh.Empty() {
		fresh.Refresh = used
	}
	fresh.PreviousRefresh = meeting.Secret{}
	if fresh.Refresh != used {
		fresh.PreviousRefresh = used
	}
	return fresh, nil
}

// save tries a few times: what it holds may be the only refresh token left.
func (s *Source) save(ctx context.Context, id meeting.GrantID, owner string, version int64, fresh meeting.Tokens) (saved bool, err error) {
	for try := range saveTries {
		if try > 0 {
			select {
			case <-s.conf.Clock.After(lookAgain):
			case <-ctx.Done():
				return false, err
			}
		}
		if saved, err = s.conf.Store.SaveTokens(ctx, id, owner, version, fresh); err == nil {
			return saved, nil
		}
	}
	return false, err
}

func (s *Source) report(ctx context.Context, grant meeting.Grant, took time.Duration, reason meeting.Reason, again bool, err error) {
	attrs := []slog.Attr{
		slog.String(keyGrant, string(grant.ID)), slog.String(keyAccount, string(grant.Account)),
		slog.String(keyService, string(grant.Service)), slog.Duration(keyDuration, took),
	}
	if code := errs.CodeOf(err); code != "" {
		attrs = append(attrs, slog.String(keyCode, code))
	}
	level, text := slog.LevelInfo, "tokens refreshed"
	switch {
	case again:
		text = "tokens were replaced meanwhile"
	case errs.Is(err, errs.SignedOut):
		level, text = slog.LevelWarn, "grant ended"
		attrs = append(attrs, slog.String(keyReason, string(reason)))
	case errs.Is(err, errs.Internal):
		level, text = slog.LevelError, "token service refuses our own registration or request"
		attrs = append(attrs, slog.String(keyError, err.Error()))
	case err != nil:
		level, text = slog.LevelWarn, "tokens not refreshed for now"
		attrs = append(attrs, slog.String(keyReason, string(errs.KindOf(err))), slog.String(keyError, err.Error()))
	}
	s.conf.Log.LogAttrs(ctx, level, text, attrs...)
}
