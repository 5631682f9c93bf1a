package fakewebex

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
)

type object = map[string]any

// encode writes JSON whose object members come in changing order, unless calm:
// nothing may depend on it.
func (s *Server) encode(v any) []byte {
	if s.Calm {
		return encode(v, nil)
	}
	return encode(v, s.rng)
}

// encode writes JSON with the members of objects shuffled by rng, or sorted
// without one.
func encode(v any, rng *rand.Rand) []byte {
	var b bytes.Buffer
	write(&b, v, rng)
	return b.Bytes()
}

func write(b *bytes.Buffer, v any, rng *rand.Rand) {
	switch v := v.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		if rng != nil {
			rng.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		}
		b.WriteByte('{')
		for i, k := range keys {
			if i > 0 {
				b.WriteByte(',')
			}
			write(b, k, rng)
			b.WriteByte(':')
			write(b, v[k], rng)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			write(b, e, rng)
		}
		b.WriteByte(']')
	default:
		raw, err := json.Marshal(v)
		if err != nil {
			panic("fakewebex: encode: " + err.Error()) // only our own maps come here
		}
		b.Write(raw)
	}
}
