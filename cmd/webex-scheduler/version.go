package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is stamped by `make build`.
var version string

type versionCommand struct{}

// Run prints version, commit and Go version.
func (versionCommand) Run(env *environment) error {
	built, commit := "devel", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				commit = s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				commit += " (modified)"
			}
		}
	}
	_, err := fmt.Fprintf(env.out, "webex-scheduler %s\ncommit %s\n%s %s/%s\n",
		cmp.Or(version, built), commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
