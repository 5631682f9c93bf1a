package fakems

import (
	"math/rand/v2"
)

// MannersOf draws manners from a seed: for tests that want a program to bear
// every variant, in every combination. Seed 0 is the zero value.
func MannersOf(seed uint64) SeriesManners {
	if seed == 0 {
		return SeriesManners{}
	}
	rng := rand.New(rand.NewPCG(seed, 0x73657269))
	odd := func() bool { return rng.IntN(2) == 1 }
	return SeriesManners{
		CountFromFirstFit: odd(), SkippedIsEarlier: odd(), SecondOfTwo: odd(), EndOnTheWall: odd(),
		TimesKeepExceptions: odd(), EndDiscards: odd(), ExceptionsKeepAll: odd(), MasterStill: odd(), PastedKeepsUID: odd(),
		Told: []ToldOf{ToldTogether, ToldApart, ToldMaster, ToldException}[rng.IntN(4)],
	}
}
