package watermillbus

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// filled returns a value in which no field is zero, and no two fields are the same.
func filled[T any](t *testing.T) (value T) {
	n := 0
	fill(t, reflect.ValueOf(&value).Elem(), &n)
	return value
}

func fill(t *testing.T, v reflect.Value, n *int) {
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(epoch.Add(time.Duration(*n) * time.Second)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text-%04d", *n)) // in the order in which they are made
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, n)
		fill(t, value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	default:
		require.Fail(t, "the test cannot fill this", "%v", v.Type())
	}
}

// A field that is added to the domain and forgotten in the JSON would be lost on the
// way.
func TestEveryFieldOfACommandArrives(t *testing.T) {
	cmd := filled[domain.ExecuteBenchmark](t)
	cmd.LastAttempt = false // the bus that delivers the message sets it
	text, err := newCodec().encodeCommand(cmd)
	require.NoError(t, err)
	var wire wireCommand
	require.NoError(t, json.Unmarshal(text, &wire))
	var entry wireEntry
	require.NoError(t, json.Unmarshal(wire.Entry, &entry))
	got := wire.command()
	got.Entry, err = entry.entry()
	require.NoError(t, err)
	require.Equal(t, cmd, got)
}

func TestEveryFieldOfAResultArrives(t *testing.T) {
	r := filled[domain.IterationExecuted](t)
	text, err := newCodec().encodeResult(r)
	require.NoError(t, err)
	var wire wireResult
	require.NoError(t, json.Unmarshal(text, &wire))
	require.Equal(t, r, wire.result())
}

func TestEveryFieldOfAnEventArrives(t *testing.T) {
	everyFieldArrives[wireRunEvent](t, filled[domain.RunEvent](t))
	everyFieldArrives[wireHeartbeat](t, filled[domain.WorkerHeartbeat](t))
	everyFieldArrives[wireStatusRequest](t, filled[domain.StatusRequest](t))
}

func everyFieldArrives[W interface{ event() domain.Event }](t *testing.T, event domain.Event) {
	text, err := encodeEvent(event)
	require.NoError(t, err)
	var wire W
	require.NoError(t, json.Unmarshal(text, &wire))
	require.Equal(t, event, wire.event())
}

// JSON distinguishes an empty list from none, and readers of a heartbeat rely on it.
func TestAnEmptyListIsNotNone(t *testing.T) {
	for _, running := range [][]domain.RunningIteration{nil, {}} {
		everyFieldArrives[wireHeartbeat](t, domain.WorkerHeartbeat{Running: running})
	}
}

// another is an event that nobody knows.
type another struct{ domain.StatusRequest }

func TestAnEventThatHasNoFormatIsNotSent(t *testing.T) {
	_, err := encodeEvent(another{})
	require.ErrorContains(t, err, "another is not an event")
}
