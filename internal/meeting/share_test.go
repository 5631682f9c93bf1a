package meeting_test

import (
	"testing"

	"webex-scheduler/internal/meeting"
)

// TestRightOf: only a share that names the person counts, and the greater of two.
func TestRightOf(t *testing.T) {
	t.Parallel()
	everybody := meeting.Share{Role: meeting.RoleWrite} // "My Organization" has no address
	bo := func(role meeting.CalendarRole) meeting.Share {
		return meeting.Share{Address: "bo@contoso.example", Role: role}
	}
	for name, c := range map[string]struct {
		shares []meeting.Share
		who    string
		want   meeting.CalendarRight
	}{
		"nobody":                           {nil, "bo@contoso.example", meeting.NoRight},
		"the whole organisation writes":    {[]meeting.Share{everybody}, "bo@contoso.example", meeting.NoRight},
		"the same, of no address":          {[]meeting.Share{everybody}, "", meeting.NoRight},
		"another is a delegate":            {[]meeting.Share{bo(meeting.RoleDelegatePrivate)}, "ana@contoso.example", meeting.NoRight},
		"reads":                            {[]meeting.Share{bo("read")}, "bo@contoso.example", meeting.NoRight},
		"a role that Graph may yet invent": {[]meeting.Share{bo("writeEverything")}, "bo@contoso.example", meeting.NoRight},
		"writes, in other capitals":        {[]meeting.Share{bo(meeting.RoleWrite)}, "Bo@Contoso.example", meeting.RightToWrite},
		"delegate":                         {[]meeting.Share{bo(meeting.RoleDelegate)}, "bo@contoso.example", meeting.RightToWrite},
		"the greater of two":               {[]meeting.Share{bo(meeting.RoleDelegatePrivate), bo(meeting.RoleWrite)}, "bo@contoso.example", meeting.RightToAll},
	} {
		if got := meeting.RightOf(c.shares, c.who); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
