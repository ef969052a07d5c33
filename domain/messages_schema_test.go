package domain_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

const (
	schemas    = "../docs/schema/"
	schemaBase = "https://github.com/benchbus/benchbus/docs/schema/"
)

func compile(t *testing.T, name string) *jsonschema.Schema {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	files, err := filepath.Glob(schemas + "*.json") // they may refer to each other
	require.NoError(t, err)
	for _, path := range files {
		file, err := os.Open(path)
		require.NoError(t, err)
		parsed, err := jsonschema.UnmarshalJSON(file)
		require.NoError(t, err)
		require.NoError(t, file.Close())
		require.NoError(t, compiler.AddResource(schemaBase+filepath.Base(path), parsed))
	}
	schema, err := compiler.Compile(schemaBase + name + ".json")
	require.NoError(t, err)
	return schema
}

// validate holds the JSON of a value against a schema.
func validate(t *testing.T, schema *jsonschema.Schema, value any) error {
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return validateText(t, schema, string(text))
}

func validateText(t *testing.T, schema *jsonschema.Schema, text string) error {
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	return schema.Validate(parsed)
}

func TestMessagesKeepToTheirSchemas(t *testing.T) {
	run := newRun(t, 2, "a")
	full := run.Plan.Message(run.ID, 1, "replies")
	warmup, cpu := 3, 1
	full.Benchmark = &domain.Benchmark{
		Slug: "a", Name: "A", Category: "c", Description: "d", Icon: "i", Tags: []string{"t"}, Group: "g",
		Runtimes: []domain.RuntimeName{"php84"}, Setup: "s", Code: "c", Teardown: "t", Warmup: &warmup, Revolutions: 5,
	}
	full.Deadline, full.Lost = epoch, 1
	require.NoError(t, full.Check())
	execute := compile(t, domain.SchemaExecute)
	require.NoError(t, validate(t, execute, full))
	require.NoError(t, validate(t, execute, run.Plan.Message(run.ID, 1, "replies")))
	require.Error(t, validate(t, execute, domain.ExecuteBenchmark{}))

	executed := compile(t, domain.SchemaExecuted)
	answer := done(run.ID, 1)
	answer.Host = domain.Host{Key: "k", Name: "n", OS: "linux", Arch: "amd64", Kernel: "6.1", CPUModel: "m", Cores: 2, MemoryGiB: 4, Virtualisation: "kvm"}
	answer.Load = domain.Load{Load1: 0.5, Steal: 0.1}
	answer.Samples = []domain.Sample{{
		Runtime: "php84", Position: 1, Revolutions: 2, Warmup: 3, Batch: 4, Wall: 5, UserCPU: 6, SystemCPU: 7,
		PeakMemory: 8, RuntimePeakMemory: 9, Timer: "hrtime", CPU: &cpu,
		Notices: []domain.Notice{{Severity: "Deprecated", Count: 1, Message: "old"}},
	}}
	require.NoError(t, validate(t, executed, answer))
	require.NoError(t, validate(t, executed, done(run.ID, 1)))
	require.NoError(t, validate(t, executed, failed(run.ID, 1)))
	both := answer
	both.Failure = &domain.Failure{Class: domain.ClassCode, Message: "m", Output: "o", Attempts: 1}
	require.Error(t, validate(t, executed, both), "samples and a failure")
	require.Error(t, both.Check())
	require.Error(t, validate(t, executed, domain.IterationExecuted{}))

	batch := compile(t, domain.SchemaExecutedBatch)
	results := domain.IterationsExecuted{Schema: domain.SchemaExecutedBatch, Results: []domain.IterationExecuted{answer, failed(run.ID, 2)}}
	require.NoError(t, validate(t, batch, results))
	results.Results[0] = both
	require.Error(t, validate(t, batch, results))
	require.Error(t, validate(t, batch, domain.IterationsExecuted{Schema: domain.SchemaExecutedBatch}), "without results")

	event := compile(t, "run.event.v1")
	for _, name := range []string{
		domain.SchemaRunStarted, domain.SchemaRunProgress, domain.SchemaRunCompleted,
		domain.SchemaRunFailed, domain.SchemaRunCancelled, domain.SchemaRunInterrupted,
	} {
		require.NoError(t, validate(t, event, domain.RunEvent{Schema: name, RunID: run.ID, State: domain.StateRunning, At: epoch}))
	}
	require.Error(t, validate(t, event, domain.RunEvent{}))
}

// object is what the test reads of a schema.
type object struct {
	Required   []string          `json:"required"`
	Properties map[string]object `json:"properties"`
	Ref        string            `json:"$ref"`
	Items      *object           `json:"items"`
	Defs       map[string]object `json:"$defs"`
}

// Every field of the code is in the schema, and the other way round; required
// are those that are always written.
func TestSchemasNameTheFieldsOfTheCode(t *testing.T) {
	for name, value := range map[string]any{
		domain.SchemaExecute: domain.ExecuteBenchmark{}, domain.SchemaExecuted: domain.IterationExecuted{},
		domain.SchemaExecutedBatch: domain.IterationsExecuted{}, "run.event.v1": domain.RunEvent{},
		domain.SchemaHeartbeat: domain.WorkerHeartbeat{}, domain.SchemaCensus: domain.FleetCensus{},
	} {
		text, err := os.ReadFile(schemas + name + ".json")
		require.NoError(t, err)
		var root object
		require.NoError(t, json.Unmarshal(text, &root))
		compareFields(t, name, reflect.TypeOf(value), root, root.Defs)
	}
}

func compareFields(t *testing.T, where string, code reflect.Type, schema object, defs map[string]object) {
	var all, required []string
	for _, field := range reflect.VisibleFields(code) {
		tag, ok := field.Tag.Lookup("json")
		if !ok {
			continue // embedded: its fields are visible themselves
		}
		name, options, _ := strings.Cut(tag, ",")
		all = append(all, name)
		if !strings.HasPrefix(options, "omit") {
			required = append(required, name)
		}
		inner := field.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() != reflect.Struct || inner == reflect.TypeFor[time.Time]() {
			continue
		}
		property := schema.Properties[name]
		if property.Items != nil {
			property = *property.Items
		}
		if strings.HasSuffix(property.Ref, ".json") {
			continue // a schema of its own
		}
		compareFields(t, where+"."+name, inner, defs[strings.TrimPrefix(property.Ref, "#/$defs/")], defs)
	}
	var documented []string
	for name := range schema.Properties {
		documented = append(documented, name)
	}
	require.ElementsMatch(t, all, documented, where)
	require.ElementsMatch(t, required, schema.Required, where)
}

// The examples of docs/messages.md are messages.
func TestTheExamplesOfTheDocumentation(t *testing.T) {
	text, err := os.ReadFile("../docs/messages.md")
	require.NoError(t, err)
	examples := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.GreaterOrEqual(t, len(examples), 4)
	for _, example := range examples {
		var head struct {
			Schema string `json:"schema"`
		}
		require.NoError(t, json.Unmarshal([]byte(example[1]), &head))
		name := head.Schema
		if strings.HasPrefix(name, "run.") {
			name = "run.event.v1"
		}
		require.NoError(t, validateText(t, compile(t, name), example[1]), head.Schema)
	}
	// And the tables name every field.
	for _, value := range []any{domain.ExecuteBenchmark{}, domain.Benchmark{}, domain.IterationExecuted{}, domain.IterationsExecuted{}, domain.Sample{}, domain.Host{}, domain.Failure{}, domain.RunEvent{}, domain.WorkerHeartbeat{}} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(value)) {
			if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
				require.Contains(t, string(text), "| `"+name+"` |", "%T", value)
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	run := newRun(f, 2, "a")
	for _, message := range []any{run.Plan.Message(run.ID, 1, "replies"), done(run.ID, 1), failed(run.ID, 1)} {
		text, err := json.Marshal(message)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var command domain.ExecuteBenchmark
		if json.Unmarshal(text, &command) == nil {
			if err := command.Check(); err != nil {
				require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class)
			} else {
				require.Empty(t, command.Benchmark.Problems())
			}
		}
		var result domain.IterationExecuted
		if json.Unmarshal(text, &result) == nil {
			if err := result.Check(); err != nil {
				require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class)
			}
		}
	})
}
