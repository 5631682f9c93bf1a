package doctor

import (
	"strings"

	"webex-scheduler/internal/config"
)

// configuration has one finding for each variable that is not set right.
func (d *doctor) configuration() []Finding {
	if len(d.Problems) == 0 {
		f := fine("every variable is set right")
		f.Check = configuration
		d.found[configuration] = f
		return []Finding{f}
	}
	var findings []Finding
	for _, p := range d.Problems {
		name := config.Prefix + p.Variable
		fix := p.Fix
		if fix == "" {
			fix = "Set " + name + " right: the README's table of variables says how."
		}
		f := problem(fix, "%s: %s", name, p.What)
		f.Check = configuration
		d.found[configuration] = f
		findings = append(findings, f)
	}
	return findings
}

func words(list string) []string { return strings.Fields(list) }
