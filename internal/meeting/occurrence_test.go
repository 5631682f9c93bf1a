package meeting

import (
	"testing"
	"time"
)

func TestOccurrenceID(t *testing.T) {
	t.Parallel()
	prague := time.FixedZone("", 3600)
	id := OccurrenceID("870f51ff", time.Date(2026, 3, 5, 10, 0, 0, 0, prague))
	if id != "870f51ff_20260305T090000Z" {
		t.Errorf("id is %q", id)
	}
	series, original, ok := id.Original()
	if want := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC); !ok || series != "870f51ff" || !original.Equal(want) {
		t.Errorf("read %q %v %v", series, original, ok)
	}
	for _, other := range []MeetingID{"", "870f51ff", "_20260305T090000Z", "870f51ff_I_123456789012345678", "870f51ff_20261305T090000Z", "870f51ff_"} {
		if series, original, ok := other.Original(); ok {
			t.Errorf("%q is the occurrence %v of %q", other, original, series)
		}
	}
}
