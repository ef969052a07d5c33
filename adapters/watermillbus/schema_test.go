package watermillbus

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
	schemas    = "../../docs/schema/"
	schemaBase = "https://github.com/benchbus/benchbus/docs/schema/"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)

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

// validate checks the JSON of a value against a schema.
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

// wireOf returns the command as JSON, as it is sent.
func wireOf(t *testing.T, cmd domain.ExecuteBenchmark) json.RawMessage {
	text, err := newCodec().encodeCommand(cmd)
	require.NoError(t, err)
	return text
}

func TestMessagesKeepToTheirSchemas(t *testing.T) {
	full := testCommand(1)
	full.Entry = domain.Entry{Variants: []domain.Variant{
		{Benchmark: &domain.Benchmark{
			Slug: "a", Name: "A", Category: "c", Description: "d", Icon: "i", Tags: []string{"t"}, Group: "g",
			Runtimes: []domain.RuntimeName{"php84"}, Bootstrap: "b", BeforeIteration: "i", AfterIteration: "j", Env: map[string]string{"E": "e"}, Setup: "s", Code: "c", Teardown: "t", Warmup: new(3), Revolutions: 5,
		}, Runtime: "php84", Settings: domain.Settings{{Name: "opcache.jit", Value: "off"}}, Source: domain.Source{Name: "main", Digest: "sha256:" + domain.Digest(strings.Repeat("0", 64)), Revision: strings.Repeat("a", 40)}},
		full.Entry.Variants[0],
	}}
	full.Deadline, full.WaitingSince, full.Redeliveries, full.HostFailures = epoch, epoch, 1, 1
	require.NoError(t, full.Check())
	execute := compile(t, domain.SchemaExecute)
	require.NoError(t, validate(t, execute, wireOf(t, full)))
	require.NoError(t, validate(t, execute, wireOf(t, testCommand(1))))
	require.Error(t, validate(t, execute, wireOf(t, domain.ExecuteBenchmark{})))

	executed := compile(t, domain.SchemaExecuted)
	answer := testResult(1)
	answer.Host = domain.Host{Key: "k", Name: "n", OS: "linux", Arch: "amd64", Kernel: "6.1", CPUModel: "m", Cores: 2, MemoryGiB: 4, Virtualisation: "kvm"}
	answer.Samples = []domain.Sample{{
		Position: 1, Revolutions: 2, Warmup: 3, Batch: 4, Wall: 5, UserCPU: 6, SystemCPU: 7,
		PeakMemory: 8, RuntimePeakMemory: 9, Timer: "hrtime", CPU: new(1),
		Notices: []domain.Notice{{Severity: "Deprecated", Count: 1, Message: "old"}},
	}}
	answer.VariantFailures = []domain.VariantFailure{{Variant: 1, Failure: domain.Failure{Class: domain.ClassCode, Message: "m", Output: "o", Attempts: 1}}}
	answer.Environments = []domain.Environment{{{Name: "version", Value: "8.4.2"}}, nil}
	require.NoError(t, answer.Check())
	require.NoError(t, validate(t, executed, wireResultOf(answer)))
	require.NoError(t, validate(t, executed, wireResultOf(testResult(1))))
	require.NoError(t, validate(t, executed, wireResultOf(failedResult(1))))
	both := answer
	both.Failure = &domain.Failure{Class: domain.ClassCode, Message: "m", Output: "o", Attempts: 1}
	require.Error(t, validate(t, executed, wireResultOf(both)), "samples and a failure")
	require.Error(t, both.Check())
	require.Error(t, validate(t, executed, wireResult{}))

	batch := compile(t, domain.SchemaExecutedBatch)
	together := func(results ...domain.IterationExecuted) json.RawMessage {
		encoded := []json.RawMessage{}
		for _, r := range results {
			one, err := newCodec().encodeResult(r)
			require.NoError(t, err)
			encoded = append(encoded, one)
		}
		return encodeBatch(encoded)
	}
	require.NoError(t, validate(t, batch, together(answer, failedResult(2))))
	require.Error(t, validate(t, batch, together(both, failedResult(2))))
	require.Error(t, validate(t, batch, together()), "without results")

	event := compile(t, "run.event.v1")
	for _, name := range []string{
		domain.SchemaRunStarted, domain.SchemaRunProgress, domain.SchemaRunCompleted,
		domain.SchemaRunFailed, domain.SchemaRunCancelled, domain.SchemaRunInterrupted,
	} {
		require.NoError(t, validate(t, event, wireRunEventOf(domain.RunEvent{Schema: name, RunID: "run", State: domain.StateRunning, At: epoch})))
	}
	require.Error(t, validate(t, event, wireRunEvent{}))
}

// object is the part of a schema that the test reads.
type object struct {
	Required   []string          `json:"required"`
	Properties map[string]object `json:"properties"`
	Ref        string            `json:"$ref"`
	Items      *object           `json:"items"`
	Defs       map[string]object `json:"$defs"`
}

// sentCommand is a wireCommand with its entry, in place of the encoded one.
type sentCommand struct {
	wireCommand
	Entry wireEntry `json:"entry"`
}

// The schema has every field of the code and no other. It requires those that are
// always written.
func TestSchemasNameTheFieldsOfTheCode(t *testing.T) {
	for name, value := range map[string]any{
		domain.SchemaExecute: sentCommand{}, domain.SchemaExecuted: wireResult{},
		domain.SchemaExecutedBatch: wireResults{}, "run.event.v1": wireRunEvent{},
		domain.SchemaHeartbeat: wireHeartbeat{}, domain.SchemaStatusRequest: wireStatusRequest{},
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
			continue // embedded: the loop sees its fields by themselves
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
			continue // has a schema of its own
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

// The examples of docs/messages.md are valid messages.
func TestTheExamplesOfTheDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/messages.md")
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
	// The tables of docs/messages.md name every field.
	for _, value := range []any{sentCommand{}, wireEntry{}, wireVariant{}, wireSource{}, wireBenchmark{}, wireVariantFailure{}, wireResult{}, wireResults{}, wireSample{}, wireNotice{}, wireHost{}, wireFailure{}, wireRunEvent{}, wireHeartbeat{}, wireStatusRequest{}} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(value)) {
			if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
				require.Contains(t, string(text), "| `"+name+"` |", "%T", value)
			}
		}
	}
}

// The check must find an id that a broker cannot carry before the message is sent.
func TestIdsAndAddressesHaveTheLengthThatABrokerTakes(t *testing.T) {
	execute, executed := compile(t, domain.SchemaExecute), compile(t, domain.SchemaExecuted)
	for _, excess := range []int{0, 1} {
		check := func(schemaErr, err error) {
			t.Helper()
			require.Equal(t, excess == 1, schemaErr != nil)
			if excess == 0 {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "bytes long")
			require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class)
		}
		id := domain.RunID(strings.Repeat("r", domain.MaxRunID+excess))
		cmd := testCommand(1)
		cmd.RunID = id
		check(validate(t, execute, wireOf(t, cmd)), cmd.Check())
		cmd = testCommand(1)
		cmd.ReplyTo = strings.Repeat("q", domain.MaxAddress+excess)
		check(validate(t, execute, wireOf(t, cmd)), cmd.Check())
		answer := testResult(1)
		answer.RunID = id
		check(validate(t, executed, wireResultOf(answer)), answer.Check())
	}
}
