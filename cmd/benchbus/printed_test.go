package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// filler fills every field of a value with one that no other field has.
type filler struct{ last int }

func (f *filler) fill(t *testing.T, v reflect.Value) {
	f.last++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(int64(f.last), 0).UTC()))
	case v.Type() == reflect.TypeFor[[]byte]():
		v.SetBytes(fmt.Append(nil, "bytes ", f.last))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			f.fill(t, v.Field(i))
		}
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
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, v.Elem())
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprint("text ", f.last))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(int64(f.last))
	case v.CanFloat():
		v.SetFloat(float64(f.last) + 0.5)
	default:
		require.Failf(t, "no value is known", "for a %v", v.Type())
	}
}

func filled[T any](t *testing.T) (value T) {
	new(filler).fill(t, reflect.ValueOf(&value).Elem())
	return value
}

// leaves are the values in a document that hold no others, as JSON, and the keys of
// maps; sorted.
func leaves(v reflect.Value) (all []string) {
	switch kind := v.Kind(); {
	case v.Type() == reflect.TypeFor[time.Time](), v.Type() == reflect.TypeFor[[]byte]():
	case kind == reflect.Pointer:
		return leaves(v.Elem())
	case kind == reflect.Struct:
		for i := range v.NumField() {
			all = append(all, leaves(v.Field(i))...)
		}
		return all
	case kind == reflect.Slice:
		for i := range v.Len() {
			all = append(all, leaves(v.Index(i))...)
		}
		return all
	case kind == reflect.Map:
		for key, value := range v.Seq2() {
			all = append(append(all, leaves(value)...), leaves(key)...)
		}
		return all
	}
	text, err := json.Marshal(v.Interface())
	if err != nil {
		panic(err)
	}
	return []string{string(text)}
}

// printsAll expects every value in the JSON but for empty texts, and what the JSON has
// beside.
func printsAll(t *testing.T, value, printed any, beside ...string) {
	t.Helper()
	text, err := json.Marshal(printed)
	require.NoError(t, err)
	want := slices.DeleteFunc(leaves(reflect.ValueOf(value)), func(leaf string) bool { return leaf == `""` })
	require.ElementsMatch(t, append(want, beside...), leavesOf(t, text), "%s", text)
}

// leavesOf are the leaves of JSON text.
func leavesOf(t *testing.T, text []byte) (all []string) {
	var collect func(text json.RawMessage)
	collect = func(text json.RawMessage) {
		var list []json.RawMessage
		var members map[string]json.RawMessage
		switch {
		case json.Unmarshal(text, &list) == nil:
			for _, one := range list {
				collect(one)
			}
		case json.Unmarshal(text, &members) == nil:
			for name, value := range members {
				if value[0] != '{' && value[0] != '[' && name[:min(5, len(name))] == "text " { // a key of a map
					key, err := json.Marshal(name)
					require.NoError(t, err)
					all = append(all, string(key))
				}
				collect(value)
			}
		default:
			all = append(all, string(text))
		}
	}
	collect(text)
	slices.Sort(all)
	return all
}

// A field that is added to the domain and forgotten here fails this.
func TestEveryFieldIsPrinted(t *testing.T) {
	run, event, worker, request := filled[domain.RunStatus](t), filled[domain.RunEvent](t), filled[domain.WorkerHeartbeat](t), filled[domain.StatusRequest](t)
	printsAll(t, run, printRun(run))
	printsAll(t, event, printed(event))
	printsAll(t, worker, printed(worker))
	printsAll(t, request, printed(request))
	queue, failed, declaration := filled[domain.Queue](t), filled[domain.FailedMessage](t), filled[rabbitmq.Declaration](t)
	printsAll(t, queue, printQueue(queue))
	printsAll(t, failed, printFailed(failed))
	printsAll(t, declaration, printDeclaration(declaration))
	benchmark, runtime := filled[domain.Benchmark](t), filled[domain.Runtime](t)
	printsAll(t, benchmark, printBenchmark(&benchmark))
	printsAll(t, runtime, printRuntime(runtime))
	status := filled[application.BusStatus](t)
	status.Queue = "" // which is the flag's
	printsAll(t, status, printStatus(status), `"benchbus.status.v1"`)
}

// What a script reads keeps its names, whatever the domain calls it.
func TestTheNamesThatArePrinted(t *testing.T) {
	check := func(want string, value any) {
		t.Helper()
		text, err := json.Marshal(value)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
	const zero = `"0001-01-01T00:00:00Z"`
	const counts = `"planned":0,"done":0,"failed":0,"cancelled":0,"outstanding":0,"duplicates":0`
	check(`{"id":"","state":"","created_at":`+zero+`,`+counts+`,"benchmarks":null,"runtimes":null}`, printRun(domain.RunStatus{}))
	check(`{"schema":"","run_id":"","state":"","at":`+zero+`,`+counts+`}`, printed(domain.RunEvent{}))
	check(`{"schema":"","at":`+zero+`,"worker":"","host":{"key":"","name":"","os":"","arch":"","cores":0},"started_at":`+zero+
		`,"interval_ns":0,"stopping":false,"stopped":false,"slots":0,"runtimes":null,"counts_instructions":false,"accepts":null,"running":null,`+
		`"executed":0,"errors":0,"given_up":0,"per_second":0}`, printed(domain.WorkerHeartbeat{}))
	check(`{"schema":"","at":`+zero+`}`, printed(domain.StatusRequest{}))
	check(`{"name":"","kind":"","ready":0,"consumers":0}`, printQueue(domain.Queue{}))
	check(`{"id":"","class":"","message":"","attempts":0,"worker":"","at":`+zero+`,"payload":null}`, printFailed(domain.FailedMessage{}))
	check(`{"slug":"","name":"","category":"","runtimes":null,"code":""}`, printBenchmark(new(domain.Benchmark)))
	check(`{"name":"","version":""}`, printRuntime(domain.Runtime{}))
	check(`{"schema":"benchbus.status.v1","at":`+zero+`,"queues":null,"workers":null,"runs":null}`, printStatus(application.BusStatus{}))
}
