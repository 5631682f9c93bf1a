package config

import "strings"

// Problem is what is wrong with one variable.
type Problem struct {
	Variable string // without Prefix
	What     string
	Fix      string // a sentence; empty: What says it
}

func (p Problem) String() string {
	text := Prefix + p.Variable + ": " + p.What
	if p.Fix != "" {
		text += ". " + p.Fix
	}
	return text
}

// Problems are all those of a configuration, as one error.
type Problems []Problem

func (all Problems) Error() string {
	lines := []string{"configuration:"}
	for _, p := range all {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n  ")
}
