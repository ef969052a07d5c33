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
// test finds fields which are not documented.
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

// TestDocumentationNamesEveryWarning: what the documentation lists is what there is.
func TestDocumentationNamesEveryWarning(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/report.md")
	require.NoError(t, err)
	for _, code := range []stats.WarningCode{stats.FewSamples, stats.Outliers, stats.HighCV, stats.ShortBatch, stats.SlowFirst,
		stats.NoneInCell, stats.Notices, stats.FewForTests, stats.Incomplete, stats.MixedMachines, stats.HighSteal, stats.SlowWorker, stats.OutputOmitted} {
		require.Contains(t, string(text), "`"+string(code)+"`")
	}
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
