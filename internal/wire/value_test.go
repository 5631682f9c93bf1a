package wire

import (
	"encoding/json"
	"testing"
)

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`"12"`: "12", `12`: "12", `true`: "true", `null`: "", `"Ž\n"`: "Ž\n", `123456789012345678`: "123456789012345678",
	} {
		var got struct{ V Text }
		got.V = "before"
		if err := json.Unmarshal([]byte(`{"v":`+in+`}`), &got); err != nil || string(got.V) != want {
			t.Errorf("%s is %q, %v, want %q", in, got.V, err, want)
		}
	}
	for _, in := range []string{`{}`, `[]`, `["a"]`} {
		var got Text
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("%s is %q, want an error", in, got)
		}
	}
}

func TestFlag(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		`true`: true, `"true"`: true, `"True"`: true, `false`: false, `"false"`: false, `null`: false, `1`: false, `{}`: false,
	} {
		var got Flag
		if err := json.Unmarshal([]byte(in), &got); err != nil || bool(got) != want {
			t.Errorf("%s is %v, %v, want %v", in, got, err, want)
		}
	}
}
