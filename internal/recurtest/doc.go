// Package recurtest holds whole series against a Webex that shares no code with
// them: what package recur plans for a calendar's pattern is carried out by the
// real client at the sandbox's Webex, and has to leave the calendar's dates there.
package recurtest
