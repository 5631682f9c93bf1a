package store

import (
	"context"
	"encoding/hex"
	"io"

	"webex-scheduler/internal/errs"
)

const settingInstallation = "installation"

// Installation returns the name of this database among all installations:
// random, drawn once, the same for all processes that share it.
func (s *Store) Installation(ctx context.Context) (name string, err error) {
	defer errs.Wrap(&err, "store: installation")
	var b [16]byte
	if _, err := io.ReadFull(s.random, b[:]); err != nil {
		return "", err
	}
	db := s.db.WithContext(ctx)
	err = db.Exec("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
		settingInstallation, hex.EncodeToString(b[:])).Error
	if err != nil {
		return "", fault(err)
	}
	err = db.Raw("SELECT value FROM settings WHERE name = ?", settingInstallation).Scan(&name).Error
	return name, fault(err)
}
