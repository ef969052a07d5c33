package sqlite_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

// filler gives every field a value that no other field has. So a field that the store
// forgets, or mistakes for another, comes back with another value.
type filler struct{ last int }

func (f *filler) fill(t *testing.T, into reflect.Value) {
	t.Helper()
	f.last++
	switch into.Kind() {
	case reflect.String:
		into.SetString(fmt.Sprintf("text%04d", f.last)) // they sort like the numbers, as settings must
	case reflect.Int, reflect.Int64:
		into.SetInt(int64(f.last))
	case reflect.Float64:
		into.SetFloat(1 / float64(f.last))
	case reflect.Bool:
		into.SetBool(true)
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		f.fill(t, into.Elem())
	case reflect.Slice:
		into.Set(reflect.MakeSlice(into.Type(), 2, 2))
		for i := range into.Len() {
			f.fill(t, into.Index(i))
		}
	case reflect.Map:
		into.Set(reflect.MakeMap(into.Type()))
		for range 2 {
			key, value := reflect.New(into.Type().Key()).Elem(), reflect.New(into.Type().Elem()).Elem()
			f.fill(t, key)
			f.fill(t, value)
			into.SetMapIndex(key, value)
		}
	case reflect.Struct:
		if into.Type() == reflect.TypeFor[time.Time]() {
			into.Set(reflect.ValueOf(at.Add(time.Duration(f.last))))
			return
		}
		for i := range into.NumField() {
			f.fill(t, into.Field(i))
		}
	default:
		require.Fail(t, "the filler does not know values of this kind", into.Kind())
	}
}

// fullRun returns a run with a value in every field.
func fullRun(t *testing.T) domain.Run {
	t.Helper()
	var run domain.Run
	new(filler).fill(t, reflect.ValueOf(&run).Elem())
	// The store must find no results and no cancellation in a run that is added.
	run.Counts = domain.Counts{Planned: run.Planned, Outstanding: run.Planned, Duplicates: run.Duplicates}
	return run
}

// fullResults returns one result with samples and one with a failure. Each has a value
// in every field, except those of the other kind.
func fullResults(t *testing.T, run domain.RunID) []domain.IterationExecuted {
	t.Helper()
	all := make([]domain.IterationExecuted, 2)
	for i := range all {
		(&filler{10 * i}).fill(t, reflect.ValueOf(&all[i]).Elem())
		all[i].Schema, all[i].RunID = domain.SchemaExecuted, run
	}
	all[0].Failure = nil
	for i := range all[0].Samples {
		s := &all[0].Samples[i]
		s.Variant, s.Batch, s.BatchCPU = 7*(i+1), 0, 0
		for _, part := range s.SubBatches {
			s.Batch, s.BatchCPU = s.Batch+part.Wall, s.BatchCPU+part.CPU
		}
	}
	for i := range all[0].VariantFailures {
		all[0].VariantFailures[i].Variant = 8 * (i + 1)
	}
	all[1].Samples, all[1].VariantFailures = nil, nil
	return all
}

// This test fails if the domain gets a field that the store forgets.
func TestEveryFieldIsKept(t *testing.T) {
	store, err := sqlite.Open(t.Context(), newStore(t, 0), sqlite.Config{})
	require.NoError(t, err)
	defer store.Close()
	want := fullRun(t)
	require.NoError(t, store.CreateRun(t.Context(), want))
	run, err := store.Run(t.Context(), want.ID)
	require.NoError(t, err)
	require.Equal(t, want, run)

	wanted := fullResults(t, want.ID)
	_, err = store.Record(t.Context(), want.ID, wanted)
	require.NoError(t, err)
	var got []domain.IterationExecuted
	for result, err := range store.Results(t.Context(), want.ID) {
		require.NoError(t, err)
		got = append(got, result)
	}
	require.Equal(t, wanted, got)
}
