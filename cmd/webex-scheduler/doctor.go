package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"webex-scheduler/internal/config"
	"webex-scheduler/internal/doctor"
)

type doctorCommand struct {
	JSON bool `name:"json" help:"For machines: one JSON object."`
}

// Run prints what it finds, each with its fix. It fails unless all is well.
func (c doctorCommand) Run(env *environment) error {
	settings, err := config.Parse(env.get, os.ReadFile, time.Now())
	wrong, _ := errors.AsType[config.Problems](err)
	findings := doctor.Examine(env.ctx, doctor.Config{Settings: settings, Problems: wrong, Random: rand.Reader})
	problems, blocked := 0, 0
	for _, f := range findings {
		switch {
		case f.BlockedBy != "":
			blocked++
		case !f.OK:
			problems++
		}
	}
	if c.JSON {
		out := json.NewEncoder(env.out)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		err = out.Encode(struct {
			OK       bool             `json:"ok"`
			Findings []doctor.Finding `json:"findings"`
		}{problems+blocked == 0, findings})
	} else {
		err = printFindings(env, findings)
	}
	if err == nil && problems+blocked > 0 {
		err = fmt.Errorf("doctor: %d problems; %d checks wait for them", problems, blocked)
	}
	return err
}

func printFindings(env *environment, findings []doctor.Finding) (err error) {
	for _, f := range findings {
		mark, detail := "ok     ", f.Detail
		switch {
		case f.BlockedBy != "":
			mark, detail = "waits  ", detail+" (mend first: "+f.BlockedBy+")"
		case !f.OK:
			mark = "PROBLEM"
		}
		_, e := fmt.Fprintf(env.out, "%s  %s: %s\n", mark, f.Check, detail)
		err = errors.Join(err, e)
		if f.Fix != "" {
			_, e = fmt.Fprintf(env.out, "         %s\n", f.Fix)
			err = errors.Join(err, e)
		}
	}
	return err
}
