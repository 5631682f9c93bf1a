package fakewebex

import (
	"encoding/json"
	"unicode/utf8"
)

// fields are the properties of a JSON body.
type fields map[string]json.RawMessage

// has reports whether a property is there with a value: null counts as absent,
// except where a handler asks null itself.
func (f fields) has(name string) bool { return f[name] != nil && !f.null(name) }

func (f fields) null(name string) bool { return string(f[name]) == "null" }

// read decodes a property if it is there.
func read[T any](f fields, name, want string, into *T) error {
	if !f.has(name) {
		return nil
	}
	if json.Unmarshal(f[name], into) != nil {
		return invalid("Parameter '%s' must be %s.", name, want)
	}
	return nil
}

// text reads a string of at most limit characters.
func (f fields) text(name string, limit int, into *string) error {
	if err := read(f, name, "a string", into); err != nil {
		return err
	}
	if f.has(name) && utf8.RuneCountInString(*into) > limit {
		return invalid("Parameter '%s' cannot exceed %d characters.", name, limit)
	}
	return nil
}

func (f fields) flag(name string, into *bool) error { return read(f, name, "true or false", into) }

// sendEmail is true unless the body says false, on every write.
// https://developer.webex.com/docs/api/v1/meetings/create-a-meeting
func (f fields) sendEmail() (bool, error) {
	send := true
	err := f.flag("sendEmail", &send)
	return send, err
}
