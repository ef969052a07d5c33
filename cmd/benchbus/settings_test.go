package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSettingsAreCombined(t *testing.T) {
	check := func(want []string, flags ...string) {
		t.Helper()
		settings, err := settingsOf(flags)
		require.NoError(t, err)
		var texts []string
		for _, s := range settings {
			texts = append(texts, s.String())
		}
		require.Equal(t, want, texts)
	}
	check(nil)
	check([]string{"precision=5"}, "precision=5")
	check([]string{"opcache.jit=off", "opcache.jit=tracing"}, "OPcache.jit = off, tracing")
	check([]string{"a=1 z=x", "a=2 z=x", "a=1 z=", "a=2 z="}, "z=x,", "a=1,2")
}

func TestSettingsThatCannotBe(t *testing.T) {
	c := newCLI(t)
	check := func(sentence string, args ...string) {
		t.Helper()
		code, stdout, stderr := c.run(append([]string{"run", "--test=loop", "--php-version=php84"}, args...)...)
		require.Equal(t, exitUsage, code, stderr)
		require.Empty(t, stdout)
		require.Contains(t, stderr, sentence)
	}
	check(`--set "precision" is not of the form`, "--set=precision")
	check(`--set "=5" is not of the form`, "--set==5")
	check("--set precision is given twice", "--set=precision=5", "--set=precision=6")
	check(`has the value "5" twice`, "--set=precision=5,5")
	var many []string
	for i := range 129 {
		many = append(many, strconv.Itoa(i))
	}
	check("more than 256 combinations", "--set=a="+strings.Join(many, ","), "--set=b=0,1")
	check("no code but the benchmark's may run", "--set=auto_prepend_file=/x")
	check("at most 1073741824 bytes", "--set=memory_limit=2G")
	check(`"bad name" is not a setting's name`, "--set=precision=5", "--set=Bad Name=1")
	check("--baseline: no such baseline in the run: \"php82\"; there are default, loop, php84", "--baseline=php82")
	check(`it is not of the form name=value`, "--param=size")
	check(`it has the value "5" twice`, "--param=size=5,5")
	check(`none of the benchmarks has the parameter "size"`, "--param=size=5")
}

// Variants that differ in anything share iterations and are compared. --baseline names
// what they are compared with.
func TestSettingsParametersAndBaselines(t *testing.T) {
	c := newCLI(t)
	c.define("sized", "parameters: {size: [10, 20]}\nwarmup: 1\nrevolutions: 2\ncode: $x = str_repeat('a', $size);")
	code, stdout, stderr := c.run("run", "sized", "--catalog", c.catalog, "--php-version=php84,php82", "--set=precision=5,6", "--param=size=7,8",
		"--iterations=2", "--samples=2", "--format=json", "--baseline=precision=6", "--baseline=8.2")
	require.Zero(t, code, stderr)
	var r struct {
		Run   struct{ Planned int }
		Cells []struct {
			Benchmark, Runtime, Settings string
			Environments                 []struct{ Facts map[string]string }
			AmongRuntime                 struct{ BaselineRuntime string } `json:"among_runtime"`
			AmongSettings                map[string]any                   `json:"among_settings"`
			AmongBenchmark               map[string]any                   `json:"among_benchmark"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	require.Equal(t, 2, r.Run.Planned, "one entry of two iterations")
	require.Len(t, r.Cells, 8)
	for _, cell := range r.Cells {
		require.Contains(t, []string{"sized-size-7", "sized-size-8"}, cell.Benchmark)
		require.Equal(t, "precision=6", cell.AmongSettings["baseline_settings"])
		require.Equal(t, cell.Settings == "precision=6", cell.AmongSettings["is_baseline"])
		require.NotNil(t, cell.AmongBenchmark)
		require.Len(t, cell.Environments, 1)
		require.Regexp(t, `^8\.[24]\.`, cell.Environments[0].Facts["version"])
	}
	code, stdout, stderr = c.run("report", "last", "--baseline=precision=5")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "Settings, relative to the baseline")
	code, _, stderr = c.run("report", "last", "--baseline=nonsense")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "--baseline: no such baseline in the run")
}

// If a variant cannot be executed, only its own cell is missing.
func TestAVariantFailsAlone(t *testing.T) {
	c := newCLI(t)
	c.define("matched", "warmup: 1\nrevolutions: 2\ncode: $x = match (true) { default => 1 };")
	code, stdout, stderr := c.run("run", "matched", "--catalog", c.catalog, "--php-version=php74,php84", "--iterations=2", "--samples=1")
	require.Equal(t, exitSomeFailed, code, stderr)
	require.Contains(t, stdout, "planned 2 = done 2 + failed 0")
	require.Contains(t, stdout, "of those done, 2 lack a variant that failed")
	require.Contains(t, stdout, "Not measured: Matched on php74.")
	require.Contains(t, stdout, "code_error")
}

func TestShowTellsParametersAndSettings(t *testing.T) {
	c := newCLI(t)
	c.define("sized", "parameters: {size: [10, 20]}\nsettings: {precision: 5}\ncode: $x = $size;")
	code, stdout, stderr := c.run("show", "sized", "--catalog", c.catalog)
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "size = 10, 20")
	require.Contains(t, stdout, "precision=5")
}
