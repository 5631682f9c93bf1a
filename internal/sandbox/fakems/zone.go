package fakems

import (
	_ "embed"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // machines without a zone database
)

// zones.txt has a line for each Windows zone: its name, then its IANA names,
// the default one first. Taken from Unicode CLDR 48, windowsZones, © Unicode,
// Inc., Unicode License V3.
// https://github.com/unicode-org/cldr/blob/main/common/supplemental/windowsZones.xml
//
//go:embed zones.txt
var zonesText string

// newNames are IANA's present names of zones that CLDR lists by older ones.
var newNames = map[string]string{
	"America/Argentina/Buenos_Aires": "America/Buenos_Aires",
	"America/Indiana/Indianapolis":   "America/Indianapolis",
	"America/Kentucky/Louisville":    "America/Louisville",
	"America/Nuuk":                   "America/Godthab",
	"Asia/Ho_Chi_Minh":               "Asia/Saigon",
	"Asia/Kathmandu":                 "Asia/Katmandu",
	"Asia/Kolkata":                   "Asia/Calcutta",
	"Asia/Yangon":                    "Asia/Rangoon",
	"Atlantic/Faroe":                 "Atlantic/Faeroe",
	"Europe/Kyiv":                    "Europe/Kiev",
	"Pacific/Chuuk":                  "Pacific/Truk",
	"Pacific/Pohnpei":                "Pacific/Ponape",
	"Pacific/Kanton":                 "Pacific/Enderbury",
}

var zoneTable = sync.OnceValues(func() (windows, iana map[string]string) {
	windows, iana = make(map[string]string), make(map[string]string)
	for line := range strings.Lines(zonesText) {
		name, list, _ := strings.Cut(strings.TrimSpace(line), "|")
		for i, id := range strings.Fields(list) {
			if i == 0 {
				windows[name] = id
			}
			iana[id] = name
		}
	}
	for name, old := range newNames {
		iana[name] = iana[old]
	}
	return windows, iana
})

// zone finds a zone by its Windows or IANA name and gives its Windows name too,
// or by what [ZoneWithRules] returned. Names are exact. https://learn.microsoft.com/graph/api/resources/datetimetimezone
func zone(name string) (loc *time.Location, windows string, ok bool) {
	byWindows, byIANA := zoneTable()
	if strings.Contains(name, "#") {
		loc, ok = customZone(name)
		return loc, name, ok
	}
	id := name
	if def, found := byWindows[name]; found {
		id, windows = def, name
	} else if windows, found = byIANA[name]; !found {
		return nil, "", false
	}
	if windows == "UTC" {
		return time.UTC, windows, true
	}
	if known, found := locations.Load(id); found {
		return known.(*time.Location), windows, true
	}
	loc, err := time.LoadLocation(id)
	if err == nil {
		locations.Store(id, loc)
	}
	return loc, windows, err == nil
}

// locations are those loaded so far, by IANA name: reading one takes longer
// than all else that an event needs.
var locations sync.Map

// Zones returns the Windows names of all zones.
func Zones() []string {
	var names []string
	for line := range strings.Lines(zonesText) {
		name, _, _ := strings.Cut(line, "|")
		names = append(names, name)
	}
	return names
}
