//go:build !windows

package store

import (
	"os"
	"syscall"
)

// lockFile takes a lock that the kernel gives back when the process ends,
// however it ends.
func lockFile(path string) (release func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, lockRefused(path)
	}
	return f.Close, nil // the file stays: removing it would let two processes lock two files of one name
}
