package wire

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Text is a JSON string, or a number or boolean as its text: services differ
// between pages, and between one answer and the next. Null is empty. Arrays
// and objects are an error.
type Text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *Text) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) == 0 || b[0] == '"' || b[0] == '{' || b[0] == '[':
		return json.Unmarshal(b, (*string)(t))
	case bytes.Equal(b, []byte("null")):
		*t = ""
	default:
		*t = Text(b)
	}
	return nil
}

// Flag is a JSON boolean, also as a string. Everything else is false.
type Flag bool

// UnmarshalJSON implements json.Unmarshaler.
func (f *Flag) UnmarshalJSON(b []byte) error {
	*f = Flag(strings.EqualFold(strings.Trim(string(b), `" `), "true"))
	return nil
}
