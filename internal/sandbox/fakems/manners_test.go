package fakems

import (
	"reflect"
	"testing"
)

func TestMannersVary(t *testing.T) {
	t.Parallel()
	if MannersOf(0) != (SeriesManners{}) {
		t.Error("seed 0 has manners of its own")
	}
	seen := make(map[string]map[any]bool)
	for seed := range uint64(60) {
		v := reflect.ValueOf(MannersOf(seed))
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if seen[name] == nil {
				seen[name] = make(map[any]bool)
			}
			seen[name][v.Field(i).Interface()] = true
		}
	}
	for name, values := range seen {
		if len(values) < 2 {
			t.Errorf("%s is always %v", name, values)
		}
	}
}
