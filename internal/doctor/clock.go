package doctor

import (
	"context"
	"net/http"
	"time"
)

// skew is by how much the clocks may differ: Microsoft takes assertions that are
// five minutes off at the most.
const skew = 2 * time.Minute

// clock compares with the Date of an answer of Microsoft's.
func (d *doctor) clock(ctx context.Context) Finding {
	a, err := d.get(ctx, d.settings.Microsoft.LoginURL)
	if err != nil {
		return blocked(microsoftSignin, "nobody to compare with: %s", reason(err))
	}
	theirs, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		return fine("Microsoft did not say what time it is")
	}
	if off := d.Clock.Now().Sub(theirs).Round(time.Second); off.Abs() > skew {
		return problem("Have the clock set by NTP.", "this machine's clock differs by %s from Microsoft's", off)
	}
	return fine("within %s of Microsoft's", skew)
}
