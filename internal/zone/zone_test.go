package zone

import (
	"testing"
	"time"
)

func TestIANA(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, graph, want string }{
		{"Windows name", "W. Europe Standard Time", "Europe/Berlin"},
		{"Windows name for standard and daylight time alike", "Pacific Standard Time", "America/Los_Angeles"},
		{"Windows name in other letters", "central europe standard time", "Europe/Budapest"},
		{"Windows name of a fixed offset", "UTC-11", "Etc/GMT+11"},
		{"IANA name", "Europe/Prague", "Europe/Prague"},
		{"IANA alias", "Asia/Calcutta", "Asia/Calcutta"},
		{"IANA alias without a continent", "Japan", "Japan"},
		{"UTC", "UTC", "UTC"},
		{"what Outlook calls UTC", "tzone://Microsoft/Utc", "UTC"},
		{"rules of the person's own", "tzone://Microsoft/Custom", ""},
		{"rules of the person's own, named", "Customized Time Zone", ""},
		{"no name", "", ""},
		{"the server's own zone", "Local", ""},
		{"clock with leap seconds", "right/Europe/Berlin", ""},
		{"path out of the database", "Europe/../../../etc/passwd", ""},
		{"invented", "Middle Earth Standard Time", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := IANA(test.graph)
			if got != test.want || ok != (test.want != "") {
				t.Errorf("IANA(%q) = %q, %v, want %q", test.graph, got, ok, test.want)
			}
		})
	}
}

func TestEveryWindowsZoneLoads(t *testing.T) {
	t.Parallel()
	if len(windows) < 130 { // CLDR 48 has 139
		t.Errorf("table has %d zones", len(windows))
	}
	for name := range windows {
		iana, ok := IANA(name)
		if _, err := time.LoadLocation(iana); err != nil || !ok {
			t.Errorf("IANA(%q) = %q, %v, which does not load: %v", name, iana, ok, err)
		}
	}
}

func FuzzIANA(f *testing.F) {
	for _, seed := range []string{"W. Europe Standard Time", "tzone://Microsoft/Utc", "Europe/Berlin", "Local", "../etc", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		iana, ok := IANA(name)
		if !ok {
			if iana != "" {
				t.Errorf("IANA(%q) = %q, false", name, iana)
			}
			return
		}
		loc, err := time.LoadLocation(iana)
		if err != nil {
			t.Fatalf("IANA(%q) = %q, which does not load: %v", name, iana, err)
		}
		if loc == time.Local {
			t.Errorf("IANA(%q) is the server's own zone", name)
		}
		if again, ok := IANA(iana); !ok || again != iana && again != "UTC" {
			t.Errorf("IANA(%q) = %q, but IANA(%q) = %q, %v", name, iana, iana, again, ok)
		}
	})
}
