package worldtest

import (
	"slices"
	"time"
)

// tries bounds how often a world is played again to make it smaller.
const tries = 150

// shrink drops steps and hardships of a script that fails as long as it still
// fails, and returns what is left and what is then wrong.
func shrink(s script, wrong findings, play func(script) findings) (script, findings) {
	first := wrong[0].format
	same := func(f finding) bool { return f.format == first }
	left := tries
	fails := func(smaller script) bool {
		if left--; left < 0 {
			return false
		}
		if bad := play(smaller); slices.ContainsFunc(bad, same) {
			s, wrong = smaller, bad
			return true
		}
		return false
	}
	for size := len(s.Steps) / 2; size > 0; {
		dropped := false
		for at := len(s.Steps) - size; at >= 0; at -= size {
			smaller := s
			smaller.Steps = slices.Delete(slices.Clone(s.Steps), at, at+size)
			dropped = fails(smaller) || dropped
			at = min(at, len(s.Steps))
		}
		if !dropped || size > 1 {
			size /= 2
		}
	}
	for _, ease := range []func(*script){
		func(s *script) { s.Rough = false }, func(s *script) { s.BinReadable = false }, func(s *script) { s.Delay = 0 },
		func(s *script) { s.Subscriptions = 0 }, func(s *script) { s.RotateRefresh = false }, func(s *script) { s.Sweep = 15 * time.Minute },
	} {
		smaller := s
		smaller.Steps = slices.Clone(s.Steps)
		ease(&smaller)
		fails(smaller)
	}
	for i := range s.Steps {
		for _, ease := range []func(*step){
			func(s *step) { s.Guest = nil }, func(s *step) { s.N = min(s.N, 1) }, func(s *step) { s.N = 0 }, func(s *step) { s.Flag = false }, func(s *step) { s.From = "" },
			func(s *step) { s.Skip = 0 }, func(s *step) { s.Wait = time.Minute },
			func(s *step) {
				if s.Zone != "" {
					s.Zone = "UTC"
				}
			},
			func(s *step) {
				if s.Do == create {
					s.Long = time.Hour
				}
			},
			func(s *step) {
				if outlook[s.Do] || s.Do == create {
					s.In = 100 * time.Hour
				}
			},
		} {
			smaller := s
			smaller.Steps = slices.Clone(s.Steps)
			was := smaller.Steps[i].String()
			ease(&smaller.Steps[i])
			if smaller.Steps[i].String() != was {
				fails(smaller)
			}
		}
	}
	return s, wrong
}
