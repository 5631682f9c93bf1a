package main

import (
	"webex-scheduler/internal/config"
	"webex-scheduler/manifest"
)

type manifestCommand struct {
	Format string `default:"xml" enum:"xml" placeholder:"FORMAT" help:"Which kind: xml (${default}) is the only one yet."`
}

// Run prints the manifest for the public address and nothing else. Of the
// configuration only that address is needed.
func (manifestCommand) Run(env *environment) error {
	address, err := config.PublicURL(env.get)
	if err != nil {
		return err
	}
	_, err = env.out.Write(manifest.XML(manifest.Options{PublicURL: address, Version: version}))
	return err
}
