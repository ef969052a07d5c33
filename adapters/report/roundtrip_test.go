package report

import (
	"encoding/json"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// filler sets every field to a value of its own, so that a field that is lost or
// exchanged for another shows.
type filler struct{ last int64 }

func (f *filler) fill(t *testing.T, v reflect.Value) {
	t.Helper()
	f.last++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(f.last, 0).UTC()))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			f.fill(t, v.Field(i))
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, v.Elem())
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(t, v.Index(0))
		f.fill(t, v.Index(1))
	case v.Kind() == reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(t, key)
		f.fill(t, value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case v.Kind() == reflect.String:
		v.SetString("text " + strconv.FormatInt(f.last, 10))
	case v.CanInt():
		v.SetInt(f.last)
	case v.CanFloat():
		v.SetFloat(float64(f.last))
	default:
		require.Fail(t, "cannot fill", "%v", v.Type())
	}
}

// survives requires that every field of a domain's struct is in its JSON. A field
// that only the domain has does not come back.
func survives[D, J any](t *testing.T, to func(D) J, from func(J) D) {
	t.Helper()
	var f filler
	var value D
	f.fill(t, reflect.ValueOf(&value).Elem())
	text, err := compactJSON(to(value))
	require.NoError(t, err)
	var read J
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, value, from(read))
}

func TestTheJSONHasEveryFieldOfTheDomain(t *testing.T) {
	t.Parallel()
	survives(t, statusJSON, func(s jsonStatus) domain.RunStatus {
		return domain.RunStatus{ID: s.ID, State: s.State, Created: s.Created, Started: s.Started, Finished: s.Finished, Updated: s.Updated,
			Counts: domain.Counts(s.jsonCounts), Benchmarks: s.Benchmarks, Runtimes: s.Runtimes}
	})
	survives(t, func(f domain.Failure) jsonFailure { return failureJSON(&stats.Failure{Failure: f}, 1) },
		func(f jsonFailure) domain.Failure { return domain.Failure(f.jsonCause) })
	survives(t, func(h domain.Host) jsonHost { return hostJSON(&stats.HostUse{Host: h}) },
		func(h jsonHost) domain.Host { return domain.Host(h.jsonMachine) })
	survives(t, noticesJSON, func(notices []jsonNotice) (all []domain.Notice) {
		for _, n := range notices {
			all = append(all, domain.Notice(n))
		}
		return all
	})
	survives(t, func(b domain.Benchmark) definition { return definition(b) }, func(d definition) domain.Benchmark { return domain.Benchmark(d) })
}
