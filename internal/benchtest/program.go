package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
)

// program stands for the test that the help for tests of the whole program wants.
type program struct {
	testing.TB
	ctx      context.Context
	cleanups []func()
	failed   error
}

func (p *program) Helper()                  {}
func (p *program) Cleanup(f func())         { p.cleanups = append(p.cleanups, f) }
func (p *program) Context() context.Context { return p.ctx }
func (p *program) Failed() bool             { return p.failed != nil }
func (p *program) Logf(string, ...any)      {}
func (p *program) Log(...any)               {}

// Error notes what went wrong.
func (p *program) Error(args ...any) {
	p.failed = errors.Join(p.failed, errors.New(fmt.Sprint(args...)))
}

// Errorf is like Error.
func (p *program) Errorf(format string, args ...any) { p.Error(fmt.Sprintf(format, args...)) }

// Fatal ends what run runs.
func (p *program) Fatal(args ...any) { p.Error(args...); panic(p) }

// Fatalf is like Fatal.
func (p *program) Fatalf(format string, args ...any) { p.Fatal(fmt.Sprintf(format, args...)) }

// TempDir is removed at the end.
func (p *program) TempDir() string {
	dir, err := os.MkdirTemp("", "benchtest")
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (p *program) run(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil && r != any(p) {
			panic(r)
		}
		err = p.failed
	}()
	f()
	return nil
}

func (p *program) end() {
	for _, f := range slices.Backward(p.cleanups) {
		f()
	}
}
