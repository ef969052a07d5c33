package report

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain/stats"
)

// closed forbids properties that an object schema does not name, so that the
// test finds undocumented fields.
func closed(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		if s["type"] == "object" {
			s["additionalProperties"] = false
		}
		for _, inner := range s {
			closed(inner)
		}
	case []any:
		for _, inner := range s {
			closed(inner)
		}
	}
}

func TestJSONKeepsItsSchema(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/schema/report.v1.json")
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	closed(document)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	require.NoError(t, compiler.AddResource("report.json", document))
	schema, err := compiler.Compile("report.json")
	require.NoError(t, err)

	for name, f := range fixtures {
		var out bytes.Buffer
		require.NoError(t, Write(&out, FormatJSON, f.report(t), Options{}))
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
		require.NoError(t, err, name)
		require.NoError(t, schema.Validate(value), name)
	}

	broken, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"schema": "benchbus.report.v2"}`))
	require.NoError(t, err)
	require.Error(t, schema.Validate(broken))
}

// TestDocumentationNamesEveryWarning: the documentation lists every code.
func TestDocumentationNamesEveryWarning(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/report.md")
	require.NoError(t, err)
	for _, code := range []stats.WarningCode{stats.FewSamples, stats.Outliers, stats.HighCV, stats.ShortBatch, stats.SlowFirst, stats.HarnessLoop, stats.Drift, stats.ControlDiffers,
		stats.NoneInCell, stats.Partly, stats.Notices, stats.FewForTests, stats.Interaction, stats.HostsDisagree,
		stats.SlowedBy, stats.MixedEnvironments, stats.BusyMachine, stats.Waits, stats.Threads, stats.Split, stats.Incomplete, stats.MixedMachines, stats.HighSteal, stats.HighLoad, stats.Throttled, stats.SlowWorker, stats.OutputOmitted} {
		require.Contains(t, string(text), "`"+string(code)+"`")
	}
}

// TestJSONSaysWhereFailuresAndWarningsBelong: failures and warnings identify their cell
// by the same fields as the cells.
func TestJSONSaysWhereFailuresAndWarningsBelong(t *testing.T) {
	t.Parallel()
	type place struct {
		Entry   int  `json:"entry"`
		Variant *int `json:"variant"`
	}
	read := func(name string) (document struct {
		Cells []struct {
			place
			Benchmark, Runtime string
			Among              *struct {
				Unpaired int `json:"unpaired_iterations"`
			} `json:"among_runtime"`
		}
		Failures []struct {
			place
			Iteration int
			EntryName string `json:"entry_name"`
		}
		Warnings []struct {
			place
			Code stats.WarningCode
		}
	}) {
		var out bytes.Buffer
		require.NoError(t, Write(&out, FormatJSON, fixtures[name].report(t), Options{Order: OrderName}))
		require.NoError(t, json.Unmarshal(out.Bytes(), &document))
		return document
	}
	whole := read("failures")
	require.Equal(t, "bad", whole.Cells[0].Benchmark)
	require.Equal(t, 1, whole.Cells[0].Entry)
	require.Len(t, whole.Failures, 11)
	for _, f := range whole.Failures {
		require.Nil(t, f.Variant)
		require.Equal(t, (f.Iteration+1)%2, f.Entry)
		require.Equal(t, []string{"loop", "bad"}[f.Entry], f.EntryName)
	}
	require.Equal(t, stats.NoneInCell, whole.Warnings[0].Code)
	require.Equal(t, whole.Cells[0].place, whole.Warnings[0].place)

	parts := read("variant-fails")
	require.Equal(t, 1, parts.Cells[1].Among.Unpaired)
	require.Len(t, parts.Failures, 11)
	require.Equal(t, parts.Cells[1].place, parts.Failures[2].place)
	require.Equal(t, "php82", parts.Cells[1].Runtime)
	require.Equal(t, parts.Cells[2].place, parts.Failures[0].place)
	require.Equal(t, stats.Partly, parts.Warnings[0].Code)
	require.Equal(t, parts.Cells[1].place, parts.Warnings[0].place)
}

// TestJSONHasEveryRawSample reads a report back and computes a median from it.
func TestJSONHasEveryRawSample(t *testing.T) {
	t.Parallel()
	r := fixtures["three-runtimes"].report(t)
	var out bytes.Buffer
	require.NoError(t, Write(&out, FormatJSON, r, Options{}))
	var document struct {
		Cells []struct {
			N       int     `json:"n"`
			Median  float64 `json:"median_ns"`
			Samples []struct {
				Batch       float64 `json:"batch_ns"`
				Revolutions float64 `json:"revolutions"`
			} `json:"samples"`
		} `json:"cells"`
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &document))
	require.Len(t, document.Cells, 3)
	for _, c := range document.Cells {
		require.Len(t, c.Samples, c.N)
		var values []float64
		for _, s := range c.Samples {
			values = append(values, s.Batch/s.Revolutions)
		}
		require.InEpsilon(t, stats.Summarize(values).Median, c.Median, 1e-11)
	}
}
