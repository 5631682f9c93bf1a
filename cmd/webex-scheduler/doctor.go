package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"webex-scheduler/internal/app"
	"webex-scheduler/internal/config"
)

type doctorCommand struct {
	JSON bool `name:"json" help:"For machines: one JSON object."`
}

// Run prints what it finds, each with its fix. It fails unless all is well.
func (c doctorCommand) Run(env *environment) error {
	var findings []app.Finding
	settings, err := config.Parse(env.get, os.ReadFile, time.Now())
	if err != nil {
		findings = app.Misconfigured(err)
	} else {
		findings = app.Doctor(env.ctx, app.Options{Config: settings, Log: slog.New(slog.DiscardHandler)})
	}
	problems := 0
	for _, f := range findings {
		if !f.OK {
			problems++
		}
	}
	if c.JSON {
		out := json.NewEncoder(env.out)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		err = out.Encode(struct {
			OK       bool          `json:"ok"`
			Findings []app.Finding `json:"findings"`
		}{problems == 0, findings})
	} else {
		err = printFindings(env, findings)
	}
	if err == nil && problems > 0 {
		err = fmt.Errorf("doctor: %d of %d checks found a problem", problems, len(findings))
	}
	return err
}

func printFindings(env *environment, findings []app.Finding) (err error) {
	for _, f := range findings {
		mark := "ok     "
		if !f.OK {
			mark = "PROBLEM"
		}
		_, e := fmt.Fprintf(env.out, "%s  %s: %s\n", mark, f.Check, f.Detail)
		err = errors.Join(err, e)
		if f.Fix != "" {
			_, e = fmt.Fprintf(env.out, "         %s\n", f.Fix)
			err = errors.Join(err, e)
		}
	}
	return err
}
