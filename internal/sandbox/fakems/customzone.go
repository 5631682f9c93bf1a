package fakems

import (
	"encoding/binary"
	"strings"
	"time"
)

// CustomTimeZone is what Graph calls a zone whose rules a client made up.
// https://learn.microsoft.com/graph/api/resources/event
const CustomTimeZone = "tzone://Microsoft/Custom"

// ZoneWithRules is a time zone for verbs that Graph shows by that name, a
// Windows zone's or [CustomTimeZone], while its clocks go by rules, a POSIX TZ
// such as "STD-1DST,M3.2.0,M11.1.0/3". So a mailbox server may know other rules
// than the IANA database, and a client may have made up its own.
func ZoneWithRules(name, rules string) string { return name + "#" + rules }

// shownZone is a zone's name as Graph shows it.
func shownZone(name string) string {
	name, _, _ = strings.Cut(name, "#")
	return name
}

// customZone finds a zone with rules.
func customZone(name string) (loc *time.Location, ok bool) {
	if known, found := locations.Load(name); found {
		return known.(*time.Location), true
	}
	shown, rules, _ := strings.Cut(name, "#")
	if _, _, known := zone(shown); shown != CustomTimeZone && !known {
		return nil, false
	}
	loc, err := time.LoadLocationFromTZData(name, zoneFile(rules))
	if err == nil {
		locations.Store(name, loc)
	}
	return loc, err == nil
}

// zoneFile is a zone's file in which the rules hold for all times. RFC 9636
func zoneFile(rules string) []byte {
	header := func(file []byte, letters uint32) []byte {
		file = append(append(file, "TZif2"...), make([]byte, 15)...)
		for _, count := range []uint32{0, 0, 0, 0, 1, letters} { // of types one, and the letters of its name
			file = binary.BigEndian.AppendUint32(file, count)
		}
		return append(append(file, make([]byte, 6)...), make([]byte, letters)...)
	}
	return append(header(header(nil, 1), 1), "\n"+rules+"\n"...)
}
